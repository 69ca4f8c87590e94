namespace MlPipeline.Core.Tests;

public class LazinessTests
{
    private static readonly MLContext _ml = new(1);

    public static TheoryData<string, Func<IDataView, IDataView>> Operations => new()
    {
        { "take", data => _ml.Data.TakeRows(data, 5) },
        { "skip", data => _ml.Data.SkipRows(data, 5) },
        { "filter", data => _ml.Data.FilterRowsByColumn(data, "Id", 3, 8) },
        { "missing", data => _ml.Data.FilterRowsByMissingValues(data, "Features") },
        { "shuffle", data => _ml.Data.ShuffleRows(data) },
        { "bootstrap", data => _ml.Data.BootstrapSample(data) },
        { "cache", data => _ml.Data.Cache(data) },
        { "train", data => _ml.Data.TrainTestSplit(data).TrainSet },
        { "fold", data => _ml.Data.CrossValidationSplit(data)[0].TestSet },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void NothingIsReadBeforeACursorMoves(string name, Func<IDataView, IDataView> operation)
    {
        var source = new CountingView(100);
        IDataView view = operation(source);
        Assert.Equal(source.Schema.Count, view.Schema.Count);
        _ = view.GetRowCount();
        Assert.Equal(0, source.Cursors);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Id"]]);
        cursor.GetGetter<int>(view.Schema["Id"]);
        Assert.True(source.Moves == 0, name);
        Assert.Equal(0, source.Getters[0]);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void OnlyTheColumnsAskedForAreActive(string name, Func<IDataView, IDataView> operation)
    {
        var source = new CountingView(100);
        IDataView view = operation(source);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Id"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["Id"]), name);
        Assert.False(cursor.IsColumnActive(view.Schema["Features"]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]));
        Assert.Contains("Features", error.Message);
        while (cursor.MoveNext())
            Assert.Equal(source.Moves > 0, cursor.Position >= 0);
        Assert.Equal(name == "missing" ? source.Moves - source.Cursors : 0, source.Getters[1]);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void DisposingEarlyFreesTheSourceAndStopsTheCursor(string name, Func<IDataView, IDataView> operation)
    {
        var source = new CountingView(100);
        IDataView view = operation(source);
        DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        Assert.True(cursor.MoveNext());
        cursor.Dispose();
        cursor.Dispose();
        // A cache's own pass goes on for whoever comes next.
        Assert.Equal(name == "cache" ? 0 : 1, source.Disposed);
        Assert.NotEmpty(view.Ids());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void ManyCursorsAtOnceSeeTheSame(string name, Func<IDataView, IDataView> operation)
    {
        IDataView view = operation(new CountingView(2000));
        List<int> expected = view.Ids();
        var results = new List<int>[4];
        Parallel.For(0, results.Length, i => results[i] = view.Ids());
        Assert.All(results, ids => Assert.True(expected.SequenceEqual(ids), name));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void RowIdsAreUniqueAndTheSameInEveryPass(string name, Func<IDataView, IDataView> operation)
    {
        IDataView view = operation(new CountingView(500));
        List<DataViewRowId> ids = view.RowIds();
        Assert.True(ids.Count == ids.Distinct().Count(), name);
        Assert.Equal(ids, view.RowIds());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void CursorSetsShareTheRows(string name, Func<IDataView, IDataView> operation)
    {
        IDataView view = operation(new CountingView(500));
        DataViewSchema.Column id = view.Schema["Id"];
        DataViewRowCursor[] cursors = view.GetRowCursorSet([id], 3);
        var seen = new List<int>();
        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<int> getter = cursor.GetGetter<int>(id);
            int value = 0;
            while (cursor.MoveNext())
            {
                getter(ref value);
                seen.Add(value);
            }
            cursor.Dispose();
        }
        Assert.True(view.Ids().Order().SequenceEqual(seen.Order()), name);
    }

    [Fact]
    public void TakeDoesNotReadBeyondItsLastRow()
    {
        var source = new CountingView(100);
        Assert.Equal([0, 1, 2], _ml.Data.TakeRows(source, 3).Ids());
        Assert.Equal(3, source.Moves);
        Assert.Empty(_ml.Data.TakeRows(source, 0).Ids());
        Assert.Equal(3, source.Moves);
    }

    [Fact]
    public void SkipAndTakeTellTheirRowCount()
    {
        var source = new CountingView(10);
        Assert.Equal(4, _ml.Data.TakeRows(source, 4).GetRowCount());
        Assert.Equal(10, _ml.Data.TakeRows(source, 40).GetRowCount());
        Assert.Equal(7, _ml.Data.SkipRows(source, 3).GetRowCount());
        Assert.Equal(0, _ml.Data.SkipRows(source, 30).GetRowCount());
        Assert.Equal([3, 4], _ml.Data.TakeRows(_ml.Data.SkipRows(source, 3), 2).Ids());
        Assert.Empty(_ml.Data.SkipRows(source, 30).Ids());
    }
}
