using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests.Transforms;

/// <summary>Every transform of columns passes the conformance test that any estimator must pass.</summary>
public class TransformConformanceTests
{
    private static readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string[] Texts { get; set; } = [];

        public float Single { get; set; }

        public double Double { get; set; }

        public int Int32 { get; set; }

        public bool Boolean { get; set; }

        [VectorType(3)]
        public float[] Floats { get; set; } = [];

        [VectorType(2)]
        public double[] Doubles { get; set; } = [];

        [KeyType(4)]
        public uint Key { get; set; }

        [VectorType(2)]
        [KeyType(4)]
        public uint[] Keys { get; set; } = [];
    }

    private static IDataView Rows { get; } = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 17).Select(i => new Row
    {
        Text = i % 5 == 4 ? "" : $"word {i % 3}",
        Texts = [.. Enumerable.Range(0, i % 4).Select(j => $"{j * i % 3}")],
        Single = i % 7 == 6 ? float.NaN : i / 3f,
        Double = -i,
        Int32 = i * 100 % 7,
        Boolean = i % 3 == 0,
        Floats = [i, 0, -i / 2f],
        Doubles = [i * i, 3],
        Key = (uint)(i % 5),
        Keys = [(uint)(i % 3), (uint)(i % 5)],
    }));

    [Fact]
    public void MapValueToKey() => Check(
        _ml.Transforms.Conversion.MapValueToKey(
            [new("TextKey", "Text"), new("TextsKey", "Texts"), new("Single"), new("IntKey", "Int32"), new("KeyKey", "Key")],
            addKeyValueAnnotationsAsText: false),
        inputs: ["Text", "Texts", "Single", "Int32", "Key"], outputs: ["TextKey", "TextsKey", "Single", "IntKey", "KeyKey"]);

    [Fact]
    public void MapValueToKey_by_value_as_text() => Check(
        _ml.Transforms.Conversion.MapValueToKey(
            "Keyed", "Floats", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue,
            addKeyValueAnnotationsAsText: true),
        inputs: ["Floats"], outputs: ["Keyed"]);

    [Fact]
    public void MapKeyToValue() => Check(
        _ml.Transforms.Conversion.MapKeyToValue([new("Back", "TextKey"), new("Backs", "TextsKey"), new("Number", "IntKey")]),
        inputs: ["TextKey", "TextsKey", "IntKey"], outputs: ["Back", "Backs", "Number"], input: Keyed(),
        refused: [("TextKey", TextDataViewType.Instance), ("IntKey", new KeyDataViewType(typeof(uint), 3))]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MapKeyToVector(bool counts) => Check(
        _ml.Transforms.Conversion.MapKeyToVector(
            [new("A", "Key"), new("B", "Keys"), new("C", "TextKey"), new("D", "TextsKey")], outputCountVector: counts),
        inputs: ["Key", "Keys", "TextKey", "TextsKey"], outputs: ["A", "B", "C", "D"], input: Keyed(),
        refused: [("Key", NumberDataViewType.UInt32)]);

    [Theory]
    [InlineData(DataKind.Single)]
    [InlineData(DataKind.Int16)]
    [InlineData(DataKind.String)]
    [InlineData(DataKind.Boolean)]
    public void ConvertType(DataKind kind) => Check(
        _ml.Transforms.Conversion.ConvertType(
            [new("Text"), new("A", "Texts"), new("B", "Single"), new("C", "Boolean"), new("D", "Floats"), new("E", "Int32")],
            kind),
        inputs: ["Text", "Texts", "Single", "Boolean", "Floats", "Int32"], outputs: ["Text", "A", "B", "C", "D", "E"]);

    [Fact]
    public void ConvertType_of_keys() => Check(
        _ml.Transforms.Conversion.ConvertType([new("A", "Key"), new("B", "Keys")], DataKind.Int64),
        inputs: ["Key", "Keys"], outputs: ["A", "B"]);

    [Fact]
    public void Concatenate() => Check(
        _ml.Transforms.Concatenate("Features", "Single", "Floats", "Single"),
        inputs: ["Single", "Floats"], outputs: ["Features"],
        refused: [("Floats", NumberDataViewType.Double), ("Single", new KeyDataViewType(typeof(uint), 3))]);

    [Fact]
    public void Concatenate_of_one_vector() => Check(_ml.Transforms.Concatenate("Features", "Floats"), ["Floats"], ["Features"]);

    [Fact]
    public void Concatenate_of_varying_vectors() =>
        Check(_ml.Transforms.Concatenate("Words", "Text", "Texts"), ["Text", "Texts"], ["Words"]);

    [Fact]
    public void CopyColumns() => Check(_ml.Transforms.CopyColumns("Copy", "Texts"), ["Texts"], ["Copy"], anyType: true);

    [Fact]
    public void CopyColumns_over_another() => Check(_ml.Transforms.CopyColumns("Text", "Key"), ["Key"], ["Text"], anyType: true);

    [Fact]
    public void SelectColumns() => Check(_ml.Transforms.SelectColumns("Key", "Text"), ["Key", "Text"], [], anyType: true);

    [Fact]
    public void DropColumns() => Check(_ml.Transforms.DropColumns("Key", "Text"), ["Key", "Text"], [], anyType: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NormalizeMinMax(bool fixZero) => Check(
        _ml.Transforms.NormalizeMinMax(
            [new("A", "Single"), new("B", "Double"), new("Floats"), new("C", "Doubles")], fixZero: fixZero),
        ["Single", "Double", "Floats", "Doubles"], ["A", "B", "Floats", "C"],
        refused: [("Single", TextDataViewType.Instance), ("Floats", new VectorDataViewType(NumberDataViewType.Single))]);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void NormalizeMeanVariance(bool fixZero, bool useCdf) => Check(
        _ml.Transforms.NormalizeMeanVariance(
            [new("A", "Single"), new("B", "Double"), new("Floats"), new("C", "Doubles")], fixZero: fixZero, useCdf: useCdf),
        ["Single", "Double", "Floats", "Doubles"], ["A", "B", "Floats", "C"],
        refused: [("Single", NumberDataViewType.Int32)]);

    [Fact]
    public void NormalizeLpNorm() => Check(
        _ml.Transforms.NormalizeLpNorm("Out", "Floats", ensureZeroMean: true), ["Floats"], ["Out"],
        refused: [("Floats", NumberDataViewType.Single), ("Floats", new VectorDataViewType(NumberDataViewType.Double, 3))]);

    [Fact]
    public void NormalizeGlobalContrast() => Check(
        _ml.Transforms.NormalizeGlobalContrast("Floats", ensureUnitStandardDeviation: true, scale: 2), ["Floats"], ["Floats"]);

    private static IDataView Keyed() =>
        _ml.Transforms.Conversion.MapValueToKey([new("TextKey", "Text"), new("TextsKey", "Texts"), new("IntKey", "Int32")])
            .Fit(Rows).Transform(Rows);

    private static void Check<T>(
        IEstimator<T> estimator, string[] inputs, string[] outputs, IDataView? input = null, bool anyType = false,
        (string Column, DataViewType Type)[]? refused = null)
        where T : class, ITransformer =>
        EstimatorConformance.Check(estimator, input ?? Rows, new ConformanceOptions
        {
            Inputs = inputs,
            Outputs = outputs,
            RefusesUnknownTypes = !anyType,
            RefusedTypes = refused ?? [],
            ExactAnnotations = true,
        });
}
