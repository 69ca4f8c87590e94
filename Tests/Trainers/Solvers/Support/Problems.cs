using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;

namespace MlPipeline.Trainers.Tests;

/// <summary>Seeded classification problems.</summary>
internal static class Problems
{
    /// <summary>Overlapping Gaussian classes with a common offset, so that nothing is centred or separable by accident.</summary>
    public static FeatureMatrix Blobs(int count, int features, int classes, int seed = 1, bool weighted = false,
        double spread = 1.5)
    {
        var random = new Random(seed);
        double[] centres = [.. Enumerable.Range(0, classes * features).Select(_ => Gaussian(random))];
        var values = new float[count * features];
        var labels = new int[count];
        var weights = new float[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(classes);
            weights[i] = weighted ? random.Next(1, 4) : 1;
            for (var k = 0; k < features; k++)
                values[i * features + k] = (float)(0.7 + centres[labels[i] * features + k] + spread * Gaussian(random));
        }

        return new FeatureMatrix(values, features, labels, Names(classes), weighted ? weights : default(ReadOnlySpan<float>));
    }

    /// <summary>The same problem with each row repeated as often as its (whole) weight says, all weights 1.</summary>
    public static FeatureMatrix Repeated(FeatureMatrix samples)
    {
        var builder = new FeatureMatrixBuilder(samples.FeatureCount, samples.ClassNames);
        for (var i = 0; i < samples.Count; i++)
        {
            for (var copy = 0; copy < (int)samples.Weights[i]; copy++)
                builder.Add(samples.Row(i), samples.Labels[i]);
        }

        return builder.Build();
    }

    public static string[] Names(int classes) => [.. Enumerable.Range(0, classes).Select(c => $"{c}")];

    public static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"[{i}]: {expected[i]} and {actual[i]} differ by more than {tolerance}");
        }
    }

    public static void AssertSameBits(LinearModel a, LinearModel b)
    {
        Assert.True(a.Weights.SequenceEqual(b.Weights));
        Assert.True(a.Biases.SequenceEqual(b.Biases));
    }
}
