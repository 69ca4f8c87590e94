namespace MlPipeline.Tests.Support.Estimators;

/// <summary>All rows of some columns, copied out of a data view.</summary>
internal sealed class TableOfRows
{
    private readonly string[] _columns;
    private readonly List<object?[]> _rows;

    private TableOfRows(string[] columns, List<object?[]> rows)
    {
        _columns = columns;
        _rows = rows;
    }

    public int Count => _rows.Count;

    /// <summary>Reads the visible columns, or those named, in one pass.</summary>
    public static TableOfRows Read(
        IDataView view, Func<object?, object?>? describe = null, IEnumerable<string>? names = null, bool fresh = false,
        Random? random = null)
    {
        var columns = Columns(view.Schema, names);
        using var cursor = view.GetRowCursor(columns, random);
        return Read(cursor, columns, describe, fresh);
    }

    /// <summary>Reads what a cursor still has to give.</summary>
    public static TableOfRows Read(
        DataViewRowCursor cursor, DataViewSchema.Column[] columns, Func<object?, object?>? describe, bool fresh = false) =>
        Read(cursor, cursor.MoveNext, columns, describe, fresh);

    /// <summary>Reads a row again after each step of what it stands on.</summary>
    public static TableOfRows Read(
        DataViewRow row, Func<bool> moveNext, DataViewSchema.Column[] columns, Func<object?, object?>? describe,
        bool fresh = false)
    {
        var readers = Array.ConvertAll(columns, column => Cells.Reader(row, column, describe, fresh));
        List<object?[]> rows = [];
        while (moveNext())
            rows.Add(Array.ConvertAll(readers, reader => reader()));

        return new TableOfRows(Array.ConvertAll(columns, column => column.Name), rows);
    }

    public static DataViewSchema.Column[] Columns(DataViewSchema schema, IEnumerable<string>? names = null) =>
        names is null ? [.. schema.Where(column => !column.IsHidden)] : [.. names.Select(name => schema[name])];

    /// <summary>The rows of several tables, one after the other.</summary>
    public static TableOfRows Together(IReadOnlyList<TableOfRows> tables) =>
        new(tables[0]._columns, [.. tables.SelectMany(table => table._rows)]);

    public object? this[int row, string column] => _rows[row][Array.IndexOf(_columns, column)];

    /// <summary>Only one of the columns.</summary>
    public TableOfRows Only(string column)
    {
        var index = Array.IndexOf(_columns, column);
        return new TableOfRows([column], _rows.ConvertAll(row => new[] { row[index] }));
    }

    /// <summary>Fails, naming row and column, unless the other table has the same rows in the same order.</summary>
    public void MustEqual(TableOfRows other, string when)
    {
        Assert.Equal(_columns, other._columns);
        Assert.True(Count == other.Count, $"{when}: {Count} rows became {other.Count}.");
        for (var row = 0; row < Count; row++)
        {
            for (var column = 0; column < _columns.Length; column++)
            {
                var expected = _rows[row][column];
                var actual = other._rows[row][column];
                Assert.True(
                    Cells.AreEqual(expected, actual),
                    $"{when}: row {row}, column '{_columns[column]}': {Cells.Text(expected)} became {Cells.Text(actual)}.");
            }
        }
    }

    /// <summary>Fails unless the other table has the same rows in any order.</summary>
    public void MustHaveTheRowsOf(TableOfRows other, string when)
    {
        Assert.True(Count == other.Count, $"{when}: {other.Count} rows became {Count}.");
        Assert.True(other.Sorted().SequenceEqual(Sorted()), $"{when}: the rows are not the same.");
    }

    private IEnumerable<string> Sorted() =>
        _rows.Select(row => string.Join("|", row.Select(Cells.Text))).Order(StringComparer.Ordinal);
}
