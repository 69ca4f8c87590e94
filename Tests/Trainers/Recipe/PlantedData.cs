using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Tests.Recipe;

/// <summary>A Gaussian problem, healthy or with one fault.</summary>
internal static class PlantedData
{
    public const int Classes = 4;

    public static FeatureMatrix Gaussian(int count = 480, int features = 16, int seed = 3, bool shuffledLabels = false,
        bool constant = false)
    {
        var random = new Random(1000 + seed);
        var centres = new float[Classes * features];
        for (var i = 0; i < centres.Length; i++)
            centres[i] = (float)(0.75 * Normal(random));

        var values = new float[count * features];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
        for (var i = 0; i < values.Length; i++)
            values[i] = constant ? 0.5f : centres[labels[i / features] * features + i % features] + (float)Normal(random);

        if (shuffledLabels)
            random.Shuffle(labels);

        return new FeatureMatrix(values, features, labels, ["a", "b", "c", "d"]);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
