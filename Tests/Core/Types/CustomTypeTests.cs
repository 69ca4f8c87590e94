namespace MlPipeline.Core.Tests;

public class CustomTypeTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Tagged
    {
        public int Id { get; set; }
        [TagType]
        public Tag? Tag { get; set; }
    }

    public sealed class Echo
    {
        [TagType]
        public Tag? Copy { get; set; }
    }

    private static CustomMappingEstimator<Tagged, Echo> Mapping =>
        _ml.Transforms.CustomMapping<Tagged, Echo>((row, echo) => echo.Copy = row.Tag, null);

    private static IDataView Rows(int count) =>
        _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, count).Select(i => new Tagged { Id = i, Tag = new Tag($"t{i}") }).ToArray());

    public static TheoryData<string, Func<IDataView, IDataView>> Operations => new()
    {
        { "as it is", data => data },
        { "take", data => _ml.Data.TakeRows(data, 20) },
        { "filter", data => _ml.Data.FilterRowsByColumn(data, "Id", 3, 20) },
        { "shuffle", data => _ml.Data.ShuffleRows(data, shufflePoolSize: 7) },
        { "cache", data => _ml.Data.Cache(data) },
        { "split", data => _ml.Data.TrainTestSplit(data).TrainSet },
        { "mapping", data => Mapping.Fit(data).Transform(data) },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void ACustomColumnIsCarriedAlong(string name, Func<IDataView, IDataView> operation)
    {
        IDataView data = operation(Rows(30));
        Assert.Equal(TagType.Instance, data.Schema["Tag"].Type);
        Tagged[] rows = _ml.Data.CreateEnumerable<Tagged>(data, false).ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(row.Tag!.Text == $"t{row.Id}", name));
        if (name == "mapping")
            Assert.Equal(rows.Select(row => row.Tag), _ml.Data.CreateEnumerable<Echo>(data, false).Select(echo => echo.Copy));
    }

    public sealed class Unregistered
    {
        public Uri? Uri { get; set; }
    }

    [Fact]
    public void AnUnknownTypeIsRefusedByMember() =>
        Assert.Contains(
            "'Uri'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable<Unregistered>([])).Message);

    private sealed class OtherType() : StructuredDataViewType(typeof(Tag))
    {
        public override bool Equals(DataViewType? other) => other is OtherType;
    }

    [Fact]
    public void ATypeCanBeRegisteredOnceOnly()
    {
        var attribute = new TagTypeAttribute();
        attribute.Register();
        attribute.Register();
        Assert.Throws<InvalidOperationException>(() => DataViewTypeManager.Register(new OtherType(), typeof(Tag), attribute));
        Assert.Throws<InvalidOperationException>(() => DataViewTypeManager.Register(TagType.Instance, typeof(Uri)));
        Assert.Throws<InvalidOperationException>(() => DataViewTypeManager.Register(new OtherType(), typeof(float)));
    }
}
