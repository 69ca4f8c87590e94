using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests.Transforms;

public class ValueMappingTests
{
    private static readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public string Synset { get; set; } = "";

        [VectorType(2)]
        public string[] Both { get; set; } = [];

        public string[] Some { get; set; } = [];

        [KeyType(5)]
        public byte Number { get; set; }
    }

    private static readonly Row[] _rows =
    [
        new() { Synset = "n1", Both = ["n1", "n3"], Some = [], Number = 1 },
        new() { Synset = "n2", Both = ["", "n2"], Some = ["n1", "n1", "n9"], Number = 4 },
        new() { Synset = "n9", Both = ["n2", "n9"], Some = ["n2"], Number = 0 },
        new() { Synset = "n3", Both = ["n3", "n3"], Some = ["n3", "n2"], Number = 5 },
    ];

    private static readonly Dictionary<string, string> _names = new() { ["n1"] = "tench", ["n2"] = "élan", ["n3"] = "tench" };

    private static IDataView Rows => _ml.Data.LoadFromEnumerable(_rows);

    private static TransformsCatalog.ConversionTransforms Conversion => _ml.Transforms.Conversion;

    private static IDataView Mapped(ValueMappingEstimator estimator, params string[] inputs)
    {
        ITransformer transformer = EstimatorConformance.Check(
            estimator, Rows, new ConformanceOptions { Inputs = inputs, Outputs = ["Out"], ExactAnnotations = true });
        return transformer.Transform(Rows);
    }

    [Fact]
    public void Text_is_mapped_to_text_and_what_is_not_known_to_none()
    {
        Assert.Equal(["tench", "élan", "", "tench"], Mapped(Conversion.MapValue("Out", _names, "Synset"), "Synset")
            .GetColumn<string>("Out"));
        Assert.Equal(
            [["tench", "tench"], ["", "élan"], ["élan", ""], ["tench", "tench"]],
            Mapped(Conversion.MapValue("Out", _names, "Both"), "Both").GetColumn<string[]>("Out"));
        Assert.Equal(
            [[], ["tench", "tench", ""], ["élan"], ["tench", "élan"]],
            Mapped(Conversion.MapValue("Out", _names, "Some"), "Some").GetColumn<string[]>("Out"));
    }

    [Fact]
    public void Values_become_keys_that_are_numbered_as_they_occur()
    {
        IDataView mapped = Mapped(Conversion.MapValue("Out", _names, "Synset", treatValuesAsKeyType: true), "Synset");
        Assert.Equal(new KeyDataViewType(typeof(uint), 2), mapped.Schema["Out"].Type);
        Assert.Equal([1u, 2, 0, 1], mapped.GetColumn<uint>("Out"));
        Assert.Equal(["tench", "élan"], mapped.Schema["Out"].GetTextsOrNull(AnnotationUtils.Kinds.KeyValues)!);
    }

    [Fact]
    public void Unsigned_values_are_keys_as_they_are()
    {
        Dictionary<string, uint> numbers = new() { ["n1"] = 7, ["n2"] = 3 };
        IDataView mapped = Mapped(Conversion.MapValue("Out", numbers, "Synset", treatValuesAsKeyType: true), "Synset");
        Assert.Equal(new KeyDataViewType(typeof(uint), 7), mapped.Schema["Out"].Type);
        Assert.Equal([7u, 3, 0, 0], mapped.GetColumn<uint>("Out"));
    }

    [Fact]
    public void Values_may_be_vectors()
    {
        Dictionary<string, float[]> vectors = new() { ["n1"] = [1], ["n2"] = [2, 3] };
        IDataView mapped = Mapped(Conversion.MapValue("Out", vectors, "Synset"), "Synset");
        Assert.Equal([[1], [2, 3], [], []], mapped.GetColumn<float[]>("Out"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Conversion.MapValue("Out", vectors, "Both").Fit(Rows));
    }

    private sealed class Entry
    {
        [KeyType(5)]
        public byte Key { get; set; }

        [VectorType(2)]
        public double[] Pair { get; set; } = [];

        public DateTime Day { get; set; }
    }

    [Fact]
    public void A_map_may_be_two_columns_of_data()
    {
        IDataView map = _ml.Data.LoadFromEnumerable<Entry>(
        [
            new() { Key = 5, Pair = [5, -5], Day = new DateTime(2020, 5, 5) },
            new() { Key = 1, Pair = [1, -1], Day = new DateTime(2020, 1, 1) },
        ]);
        Assert.Equal(
            [[1, -1], [0, 0], [0, 0], [5, -5]],
            Mapped(Conversion.MapValue("Out", map, map.Schema["Key"], map.Schema["Pair"], "Number"), "Number")
                .GetColumn<double[]>("Out"));
        Assert.Equal(
            [new DateTime(2020, 1, 1), default, default, new DateTime(2020, 5, 5)],
            Mapped(Conversion.MapValue("Out", map, map.Schema["Key"], map.Schema["Day"], "Number"), "Number")
                .GetColumn<DateTime>("Out"));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Conversion.MapValue("Out", map, map.Schema["Pair"], map.Schema["Key"]));
    }

    [Fact]
    public void A_key_that_is_there_twice_is_refused()
    {
        KeyValuePair<string, int>[] pairs = [new("a", 1), new("b", 2), new("a", 3)];
        Assert.Contains("'a'", Assert.Throws<InvalidOperationException>(() => Conversion.MapValue("Out", pairs)).Message);
    }
}
