using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>
/// The columns of a data view, in order. Of several columns with one name only the last is visible: it hides the others,
/// which can be reached by index only.
/// </summary>
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _nameToIndex = new(StringComparer.Ordinal);

    private DataViewSchema(IReadOnlyList<DetachedColumn> columns)
    {
        for (int i = 0; i < columns.Count; i++)
            _nameToIndex[columns[i].Name] = i;
        _columns = new Column[columns.Count];
        for (int i = 0; i < _columns.Length; i++)
        {
            DetachedColumn column = columns[i];
            _columns[i] = new Column(column.Name, i, _nameToIndex[column.Name] != i, column.Type, column.Annotations);
        }
    }

    /// <summary>The number of columns, hidden ones included.</summary>
    public int Count => _columns.Length;

    /// <summary>The visible column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Column this[string name]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            if (!_nameToIndex.TryGetValue(name, out int index))
                throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found.");
            return _columns[index];
        }
    }

    /// <summary>The column at that index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Column this[int columnIndex]
    {
        get
        {
            if ((uint)columnIndex >= (uint)_columns.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(columnIndex), columnIndex, $"The schema has {_columns.Length} columns.");
            return _columns[columnIndex];
        }
    }

    /// <summary>The visible column of that name, or null.</summary>
    public Column? GetColumnOrNull(string name) =>
        name != null && _nameToIndex.TryGetValue(name, out int index) ? _columns[index] : null;

    /// <inheritdoc/>
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"{Count} columns: {string.Join(", ", _columns.Select(c => $"{c.Name}:{c.Type}"))}";

    internal bool TryGetColumnIndex(string name, out int index) => _nameToIndex.TryGetValue(name, out index);

    internal bool TryGetColumn(string name, [NotNullWhen(true)] out Column? column)
    {
        column = GetColumnOrNull(name);
        return column != null;
    }

    /// <summary>As the indexer, for the input of a named operation: its message says who needs the column.</summary>
    internal Column Require(string name, string user) =>
        GetColumnOrNull(name) ?? throw Errors.ColumnNotFound(name, user, this);

    internal void CheckColumn(Column column)
    {
        if ((uint)column.Index >= (uint)_columns.Length || _columns[column.Index].Name != column.Name)
            throw Errors.UnknownColumn(column, this);
    }

    internal void CheckActive(Column column, bool[] active)
    {
        CheckColumn(column);
        if (!active[column.Index])
            throw Errors.InactiveColumn(column);
    }

    internal static DataViewSchema FromDetached(IReadOnlyList<DetachedColumn> columns) => new(columns);
}
