namespace MlPipeline.Tests.Support.Estimators;

/// <summary>A data view gives the same rows however it is read.</summary>
internal static class CursorChecks
{
    private const int Threads = 4;

    public static void All(IDataView view, Func<object?, object?>? describe = null)
    {
        var columns = TableOfRows.Columns(view.Schema);
        var rows = TableOfRows.Read(view, describe);
        Assert.True(rows.Count >= 3, "Too few rows to tell anything.");
        if (view.GetRowCount() is long count)
            Assert.Equal(rows.Count, count);

        rows.MustEqual(TableOfRows.Read(view, describe), "in a second pass");
        rows.MustEqual(TableOfRows.Read(view, describe, fresh: true), "into empty buffers");
        LeftEarly(view, columns, describe);
        rows.MustEqual(TableOfRows.Read(view, describe), "after cursors were left early");
        Interleaved(view, columns, rows, describe);
        OnThreads(view, rows, describe);
        InSets(view, columns, rows, describe);
        ColumnByColumn(view, columns, rows, describe);
        Positions(view, rows.Count);
        if (view.CanShuffle)
            TableOfRows.Read(view, describe, random: new Random(1)).MustHaveTheRowsOf(rows, "shuffled");
    }

    private static void LeftEarly(IDataView view, DataViewSchema.Column[] columns, Func<object?, object?>? describe)
    {
        for (var moves = 0; moves < 3; moves++)
        {
            var cursor = view.GetRowCursor(columns);
            var readers = Array.ConvertAll(columns, column => Cells.Reader(cursor, column, describe, fresh: false));
            for (var i = 0; i < moves; i++)
            {
                Assert.True(cursor.MoveNext());
                foreach (var reader in readers)
                    reader();
            }

            cursor.Dispose();
            cursor.Dispose();
        }

        // Neither moved nor asked for a getter.
        view.GetRowCursor(columns).Dispose();
        foreach (var cursor in view.GetRowCursorSet(columns, 2))
            cursor.Dispose();
    }

    // Two cursors, one always some rows ahead of the other; each value is read twice.
    private static void Interleaved(
        IDataView view, DataViewSchema.Column[] columns, TableOfRows rows, Func<object?, object?>? describe)
    {
        const int Ahead = 2;
        using var first = view.GetRowCursor(columns);
        using var second = view.GetRowCursor(columns);
        var firstReaders = Array.ConvertAll(columns, column => Cells.Reader(first, column, describe, fresh: false));
        var secondReaders = Array.ConvertAll(columns, column => Cells.Reader(second, column, describe, fresh: false));
        for (var row = 0; row < rows.Count + Ahead; row++)
        {
            if (row < rows.Count)
                Step(first, firstReaders, row);

            if (row >= Ahead)
                Step(second, secondReaders, row - Ahead);
        }

        void Step(DataViewRowCursor cursor, Func<object?>[] readers, int row)
        {
            Assert.True(cursor.MoveNext(), $"interleaved: no row {row}.");
            for (var i = 0; i < columns.Length; i++)
            {
                var expected = rows[row, columns[i].Name];
                for (var time = 0; time < 2; time++)
                {
                    var actual = readers[i]();
                    Assert.True(
                        Cells.AreEqual(expected, actual),
                        $"interleaved: row {row}, column '{columns[i].Name}': "
                            + $"{Cells.Text(expected)} became {Cells.Text(actual)}.");
                }
            }
        }
    }

    private static void OnThreads(IDataView view, TableOfRows rows, Func<object?, object?>? describe)
    {
        var results = new TableOfRows[Threads];
        Parallel.For(
            0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads },
            i => results[i] = TableOfRows.Read(view, describe));
        foreach (var result in results)
            rows.MustEqual(result, "read on several threads");
    }

    private static void InSets(
        IDataView view, DataViewSchema.Column[] columns, TableOfRows rows, Func<object?, object?>? describe)
    {
        var cursors = view.GetRowCursorSet(columns, 3);
        Assert.InRange(cursors.Length, 1, 3);
        var tasks =
            Array.ConvertAll(cursors, cursor => Task.Run(() => TableOfRows.Read(cursor, columns, describe)));
        var parts = Array.ConvertAll(tasks, task => task.GetAwaiter().GetResult());
        foreach (var cursor in cursors)
            cursor.Dispose();

        TableOfRows.Together(parts).MustHaveTheRowsOf(rows, "in a set of cursors");
    }

    private static void ColumnByColumn(
        IDataView view, DataViewSchema.Column[] columns, TableOfRows rows, Func<object?, object?>? describe)
    {
        foreach (var column in columns)
        {
            using var cursor = view.GetRowCursor([column]);
            Assert.True(cursor.IsColumnActive(column), $"Column '{column.Name}' was asked for and is not active.");
            foreach (var other in columns.Where(other => other.Index != column.Index))
            {
                Assert.False(cursor.IsColumnActive(other), $"Column '{other.Name}' was not asked for and is active.");
                Refuses(
                    () => Cells.AskForGetter(cursor, other, other.Type.RawType),
                    $"a getter of '{other.Name}', which is not active,");
            }

            Refuses(
                () => Cells.AskForGetter(cursor, column, typeof(AlienValue)), $"a getter of '{column.Name}' of the wrong type");
            rows.Only(column.Name).MustEqual(TableOfRows.Read(cursor, [column], describe), $"with '{column.Name}' alone");
        }
    }

    private static void Positions(IDataView view, int count)
    {
        using var cursor = view.GetRowCursor([]);
        var idGetter = cursor.GetIdGetter();
        HashSet<DataViewRowId> ids = [];
        Assert.Equal(-1, cursor.Position);
        for (var row = 0; row < count; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, cursor.Position);
            DataViewRowId id = default;
            idGetter(ref id);
            Assert.True(ids.Add(id), $"Row {row} has the id of an earlier one.");
        }

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
    }

    private static void Refuses(Action action, string what)
    {
        var refusal = Record.Exception(action);
        Assert.True(refusal is not null, $"The cursor gave {what} instead of refusing.");
    }
}
