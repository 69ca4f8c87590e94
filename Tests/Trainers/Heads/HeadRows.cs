namespace MlPipeline.Trainers.Tests;

/// <summary>Labelled features for heads, and predictions read back.</summary>
internal static class HeadRows
{
    public const int FeatureCount = 8;

    internal sealed class Row
    {
        public string Name { get; set; } = "";

        [VectorType(FeatureCount)]
        public float[] Features { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    /// <summary>Classes "c0", "c1", ... around centres, with features of very different scale.</summary>
    public static Row[] Blobs(int count, int classes, int seed = 1, double spread = 1)
    {
        var random = new Random(seed);
        var centres = new Random(99);
        double[][] middle = [.. Enumerable.Range(0, classes).Select(_ =>
            Enumerable.Range(0, FeatureCount).Select(_ => 2 * Gaussian(centres)).ToArray())];
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Name = "c" + (i % classes),
            Features = [.. middle[i % classes]
                .Select((m, k) => (float)(Math.Pow(10, k % 4 - 2) * (m + 3 + spread * Gaussian(random))))],
            Weight = random.Next(1, 4),
        })];
    }

    public static IDataView Load(MLContext context, IEnumerable<Row> rows)
    {
        var data = context.Data.LoadFromEnumerable(rows);
        return context.Transforms.Conversion.MapValueToKey("Label", "Name",
            keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    public static List<(int Label, int Predicted, float[] Scores)> Predictions(ITransformer model, IDataView data,
        string score = "Score", string predicted = "PredictedLabel")
    {
        var scored = model.Transform(data);
        var result = new List<(int, int, float[])>();
        using var cursor =
            scored.GetRowCursor(scored.Schema.Where(c => c.Name is "Label" || c.Name == score || c.Name == predicted));
        var getLabel = cursor.GetGetter<uint>(scored.Schema["Label"]);
        var getPredicted = cursor.GetGetter<uint>(scored.Schema[predicted]);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema[score]);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            uint label = 0, best = 0;
            getLabel(ref label);
            getPredicted(ref best);
            getScore(ref scores);
            result.Add(((int)label - 1, (int)best - 1, [.. scores.DenseValues()]));
        }

        return result;
    }

    public static double Accuracy(ITransformer model, IDataView data)
    {
        var rows = Predictions(model, data);
        return (double)rows.Count(row => row.Label == row.Predicted) / rows.Count;
    }

    public static string[] Texts(DataViewSchema.Column column, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(text => text.ToString())];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
