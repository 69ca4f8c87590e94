namespace MlPipeline.Core.Tests;

public class CacheTests
{
    private static readonly MLContext _ml = new(1);

    [Fact]
    public void EachColumnIsReadOnce()
    {
        var source = new CountingView(50);
        IDataView cache = _ml.Data.Cache(source);
        for (int pass = 0; pass < 3; pass++)
            Assert.Equal(Enumerable.Range(0, 50), cache.Ids());
        Assert.Equal((1, 50, 0), (source.Cursors, source.Getters[0], source.Getters[1]));
        Assert.Equal([49f, -49], cache.Column<VBuffer<float>>("Features")[49].DenseValues());
        cache.Column<VBuffer<float>>("Features");
        Assert.Equal((2, 50, 50), (source.Cursors, source.Getters[0], source.Getters[1]));
        Assert.Equal(2, source.Disposed);
    }

    [Fact]
    public void PrefetchedColumnsComeWithTheFirstPass()
    {
        var source = new CountingView(5);
        IDataView cache = _ml.Data.Cache(source, "Features");
        cache.Ids();
        cache.Column<VBuffer<float>>("Features");
        Assert.Equal((1, 5), (source.Cursors, source.Getters[1]));
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.Cache(source, "Nope")).Message);
    }

    [Fact]
    public void OnlyAsManyRowsAreReadAsWereAskedFor()
    {
        var source = new CountingView(50);
        IDataView cache = _ml.Data.Cache(source);
        Assert.Equal([0, 1, 2], _ml.Data.TakeRows(cache, 3).Ids());
        Assert.Equal(3, source.Moves);
        Assert.Equal(50, cache.Ids().Count);
        Assert.Equal(51, source.Moves);
        Assert.Equal(50, cache.GetRowCount());
    }

    [Fact]
    public void ManyThreadsFillItTogether()
    {
        var source = new CountingView(20_000);
        IDataView cache = _ml.Data.Cache(source);
        Parallel.For(0, 8, i =>
        {
            if (i % 2 == 0)
                Assert.Equal(20_000, cache.Ids().Count);
            else
                Assert.Equal(-7f, cache.Column<VBuffer<float>>("Features")[7].GetItemOrDefault(1));
        });
        Assert.Equal(20_000, source.Getters[0]);
        Assert.Equal(20_000, source.Getters[1]);
    }

    [Fact]
    public void WhatItHandsOutIsTheReadersOwn()
    {
        IDataView cache = _ml.Data.Cache(new CountingView(5));
        foreach (VBuffer<float> vector in cache.Column<VBuffer<float>>("Features"))
            vector.ValuesArray![0] = 1000;
        Assert.Equal([0f, 1, 2, 3, 4], cache.Column<VBuffer<float>>("Features").Select(vector => vector.GetItemOrDefault(0)));
    }

    [Fact]
    public void ItShufflesWhenAPassBringsARandomSource()
    {
        IDataView cache = _ml.Data.Cache(new CountingView(100));
        Assert.True(cache.CanShuffle);
        List<int> first = cache.Ids(new Random(1));
        Assert.NotEqual(Enumerable.Range(0, 100), first);
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        Assert.Equal(first, cache.Ids(new Random(1)));
    }

    [Fact]
    public void CursorsOfASetWorkSideBySide()
    {
        IDataView cache = _ml.Data.Cache(new CountingView(5000));
        DataViewSchema.Column id = cache.Schema["Id"];
        DataViewRowCursor[] cursors = cache.GetRowCursorSet([id], 4);
        Assert.Equal(4, cursors.Length);
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        Parallel.ForEach(cursors, cursor =>
        {
            ValueGetter<int> getter = cursor.GetGetter<int>(id);
            int value = 0;
            while (cursor.MoveNext())
            {
                getter(ref value);
                Assert.Equal(value / 64, cursor.Batch);
                seen.Add(value);
            }
        });
        Assert.Equal(Enumerable.Range(0, 5000), seen.Order());
    }

    [Fact]
    public void AnErrorOfTheSourceReachesEveryReader()
    {
        IEnumerable<EnumerableRow> Rows()
        {
            yield return new EnumerableRow();
            throw new IOException("gone");
        }
        IDataView cache = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.Equal([0], _ml.Data.TakeRows(cache, 1).Ids());
        Assert.Throws<IOException>(() => cache.Ids());
        Assert.Throws<IOException>(() => cache.Ids());
    }

    public sealed class EnumerableRow
    {
        public int Id { get; set; }
    }
}
