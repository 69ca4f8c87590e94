using System.Runtime.InteropServices;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>A training problem, in memory for our solvers and as two NumPy files for the peer.</summary>
internal sealed class HeadProblem
{
    private HeadProblem(string name, FeatureMatrix samples, string featureFile, string labelFile)
    {
        Name = name;
        Samples = samples;
        FeatureFile = featureFile;
        LabelFile = labelFile;
    }

    public string Name { get; }

    public FeatureMatrix Samples { get; }

    /// <summary>Rows x features floats.</summary>
    public string FeatureFile { get; }

    /// <summary>A 32-bit class index for each row.</summary>
    public string LabelFile { get; }

    /// <summary>Classes with normally distributed means that overlap, each seen through unit noise; the same for the same
    /// seed.</summary>
    public static HeadProblem Gaussian(string folder, int rows, int features, int classes, double separation, int seed)
    {
        var random = new Random(seed);
        float[] means = [.. Enumerable.Range(0, classes * features).Select(_ => (float)(separation * Normal(random)))];
        var builder = new FeatureMatrixBuilder(features, Names(classes), rows);
        string featureFile = Path.Combine(folder, "X.npy"), labelFile = Path.Combine(folder, "y.npy");
        var row = new float[features];
        using (var x = new NpyStream(featureFile, "<f4", rows, features))
        using (var y = new NpyStream(labelFile, "<i4", rows))
        {
            for (var i = 0; i < rows; i++)
            {
                var label = random.Next(classes);
                for (var k = 0; k < features; k++)
                    row[k] = means[label * features + k] + (float)Normal(random);

                builder.Add(row, label);
                x.Write(MemoryMarshal.AsBytes<float>(row));
                y.Write(MemoryMarshal.AsBytes([label]));
            }
        }

        return new HeadProblem($"{rows:N0} x {features} x {classes}, normal classes", builder.Build(), featureFile, labelFile);
    }

    /// <summary>The training half in a folder with <c>train_X.npy</c> and <c>train_y.npy</c>.</summary>
    public static HeadProblem Load(string folder)
    {
        string featureFile = Path.Combine(folder, "train_X.npy"), labelFile = Path.Combine(folder, "train_y.npy");
        var x = NpyStream.Read<float>(featureFile);
        var y = NpyStream.Read<int>(labelFile);
        int features = x.Length / y.Length, classes = y.Max() + 1;
        return new HeadProblem($"{y.Length:N0} x {features} x {classes}, {folder}",
            new FeatureMatrix(x, features, y, Names(classes)), featureFile, labelFile);
    }

    private static string[] Names(int classes) => [.. Enumerable.Range(0, classes).Select(c => $"{c}")];

    // Box and Muller, 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
