using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>What an estimator knows of columns before it sees data: names, item types, kinds of vectors; no sizes.</summary>
public sealed partial class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    /// <summary>A shape of these columns.</summary>
    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns.ToArray();
    }

    /// <inheritdoc/>
    public int Count => _columns.Length;

    /// <inheritdoc/>
    public Column this[int index] => _columns[index];

    internal static SchemaShape Empty { get; } = new([]);

    /// <inheritdoc/>
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _columns.Select(c => $"{c.Name}: {c.GetTypeString()}"));

    /// <summary>The shape of a schema's visible columns.</summary>
    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(column => !column.IsHidden).Select(column => Column.Create(column)));

    internal bool TryFindColumn(string name, out Column column)
    {
        int index = Array.FindLastIndex(_columns, c => c.Name == name);
        column = index < 0 ? default : _columns[index];
        return index >= 0;
    }

    /// <summary>The column of that name; the message of the exception says who needs it.</summary>
    internal Column Require(string name, string user) =>
        TryFindColumn(name, out Column column)
            ? column
            : throw Errors.ColumnNotFound(name, user, this.Select(other => other.Name));

    /// <summary>This shape with some columns replaced (by name) or added: what most estimators give.</summary>
    internal SchemaShape With(params IEnumerable<Column> outputs)
    {
        var columns = this.ToDictionary(column => column.Name);
        foreach (Column output in outputs)
            columns[output.Name] = output;
        return new SchemaShape(columns.Values);
    }

    internal bool Has(string name, [NotNullWhen(true)] DataViewType? itemType, Column.VectorKind kind) =>
        TryFindColumn(name, out Column column) && column.Kind == kind && column.ItemType.Equals(itemType);
}
