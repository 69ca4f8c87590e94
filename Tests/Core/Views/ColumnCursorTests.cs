namespace MlPipeline.Core.Tests;

public class ColumnCursorTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public string? Name { get; set; }

        public float Value { get; set; }

        [VectorType(2)]
        public int[] Pair { get; set; } = [];

        public string[] Words { get; set; } = [];

        [KeyType(4)]
        public uint Class { get; set; }
    }

    private static readonly Row[] _rows =
    [
        new() { Name = "a", Value = 1, Pair = [1, 2], Words = ["x"], Class = 3 },
        new() { Name = null, Value = float.NaN, Pair = [3, 4], Words = ["y", ""], Class = 0 },
    ];

    [Fact]
    public void Values_come_as_the_type_that_is_asked_for()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        Assert.Equal(["a", ""], data.GetColumn<string>("Name"));
        Assert.Equal(["a", ""], data.GetColumn<ReadOnlyMemory<char>>(data.Schema["Name"]).Select(text => text.ToString()));
        Assert.Equal([1f, float.NaN], data.GetColumn<float>("Value"));
        Assert.Equal([[1, 2], [3, 4]], data.GetColumn<int[]>("Pair"));
        Assert.Equal([[1, 2], [3, 4]], data.GetColumn<VBuffer<int>>("Pair").ToArray().Select(pair => pair.DenseValues()));
        Assert.Equal([["x"], ["y", ""]], data.GetColumn<string[]>(data.Schema["Words"]));
        Assert.Equal([3u, 0], data.GetColumn<uint>("Class"));
    }

    [Fact]
    public void Each_enumeration_is_a_pass_over_that_column_alone()
    {
        var view = new CountingView(5);
        IEnumerable<int> ids = view.GetColumn<int>("Id");
        Assert.Equal(0, view.Cursors);
        Assert.Equal([0, 1], ids.Take(2));
        Assert.Equal([0, 1, 2, 3, 4], ids);
        Assert.Equal((2, 2), (view.Cursors, view.Disposed));
        Assert.All(view.Asked, asked => Assert.Equal(["Id"], asked));
    }

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_refused_at_once()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => data.GetColumn<int>("Nope")).Message);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => data.GetColumn<double>("Value"));
        Assert.Contains("'Value'", error.Message);
        Assert.Contains("Double", error.Message);
        Assert.Throws<InvalidOperationException>(() => data.GetColumn<float[]>("Pair"));
        Assert.Throws<InvalidOperationException>(() => data.GetColumn<int[]>("Class"));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.GetColumn<int>(new CountingView(1).Schema["Features"]));
    }

    [Fact]
    public void Hidden_columns_are_given_when_the_column_itself_is_named()
    {
        var view = new CountingView(2);
        IDataView data = _ml.Transforms.CopyColumns("Id", "Features").Fit(view).Transform(view);
        Assert.Equal([0, 1], data.GetColumn<int>(data.Schema[0]));
        Assert.Equal([[0f, 0], [1, -1]], data.GetColumn<float[]>("Id"));
    }
}
