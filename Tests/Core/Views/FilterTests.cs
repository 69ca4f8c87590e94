namespace MlPipeline.Core.Tests;

public class FilterTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public int Id { get; set; }
        public float Score { get; set; }
        public double Precise { get; set; }
        [KeyType(4)]
        public uint Key { get; set; }
        public float[] Vector { get; set; } = [];
        [KeyType(4)]
        public VBuffer<uint> Keys { get; set; }
        public string Text { get; set; } = "";
    }

    private static IDataView Data(params Row[] rows)
    {
        for (int i = 0; i < rows.Length; i++)
            rows[i].Id = i;
        return _ml.Data.LoadFromEnumerable(rows);
    }

    [Fact]
    public void ANumberPassesFromTheLowerBoundUpToBelowTheUpper()
    {
        IDataView data = Data(
            new Row { Score = 1 }, new Row { Score = 2 }, new Row { Score = 3 }, new Row { Score = float.NaN },
            new Row { Score = float.PositiveInfinity });
        Assert.Equal([0, 1], _ml.Data.FilterRowsByColumn(data, "Score", 1, 3).Ids());
        Assert.Equal([1, 2], _ml.Data.FilterRowsByColumn(data, "Score", lowerBound: 2).Ids());
        Assert.Equal([0, 1, 2], _ml.Data.FilterRowsByColumn(data, "Score").Ids());
        Assert.Equal([2, 3], _ml.Data.FilterRowsByColumn(data, "Id", 2, 4).Ids());
        Assert.Empty(_ml.Data.FilterRowsByColumn(data, "Precise", 1).Ids());
    }

    [Fact]
    public void AKeyPassesByItsFractionOfTheRange()
    {
        IDataView data = Data(
            new Row { Key = 0 }, new Row { Key = 1 }, new Row { Key = 2 }, new Row { Key = 3 }, new Row { Key = 4 });
        Assert.Equal([1, 2], _ml.Data.FilterRowsByKeyColumnFraction(data, "Key", 0, 0.5).Ids());
        Assert.Equal([3, 4], _ml.Data.FilterRowsByKeyColumnFraction(data, "Key", 0.5).Ids());
        Assert.Equal([1, 2, 3, 4], _ml.Data.FilterRowsByKeyColumnFraction(data, "Key").Ids());
    }

    [Fact]
    public void MissingMeansNaNOrKeyZeroAlsoInVectors()
    {
        IDataView data = Data(
            new Row { Key = 1, Vector = [1, 2], Keys = new VBuffer<uint>(2, [1, 2]) },
            new Row { Key = 0, Vector = [1, float.NaN], Keys = new VBuffer<uint>(2, [1, 0]) },
            new Row { Key = 1, Score = float.NaN, Keys = new VBuffer<uint>(2, 1, [1], [0]) });
        Assert.Equal([0, 2], _ml.Data.FilterRowsByMissingValues(data, "Key").Ids());
        Assert.Equal([0, 2], _ml.Data.FilterRowsByMissingValues(data, "Vector").Ids());
        Assert.Equal([0, 1], _ml.Data.FilterRowsByMissingValues(data, "Score").Ids());
        Assert.Equal([0], _ml.Data.FilterRowsByMissingValues(data, "Keys").Ids());
        Assert.Equal([0], _ml.Data.FilterRowsByMissingValues(data, "Key", "Score").Ids());
    }

    [Fact]
    public void ColumnsAndBoundsAreChecked()
    {
        IDataView data = Data(new Row());
        Assert.Contains(
            "'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Nope")).Message);
        Assert.Contains(
            "'Text'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Text")).Message);
        Assert.Contains(
            "'Key'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Key")).Message);
        Assert.Contains(
            "'Score'", Assert.Throws<ArgumentOutOfRangeException>(
                () => _ml.Data.FilterRowsByKeyColumnFraction(data, "Score")).Message);
        Assert.Contains(
            "'Text'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(data, "Text")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Score", 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Score", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByKeyColumnFraction(data, "Key", -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(data, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.ShuffleRows(data, shufflePoolSize: 0));
    }

    [Fact]
    public void AFilteredCursorCountsItsOwnRows()
    {
        IDataView data = _ml.Data.FilterRowsByColumn(new CountingView(10), "Id", 5, 8);
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        Assert.Equal(-1, cursor.Position);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(i, cursor.Position);
        }
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }
}
