namespace MlPipeline.Pipeline.Tests;

/// <summary>An input row with a path, a vector and a number to be passed through.</summary>
internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    public int Number { get; set; }

    [VectorType(3)]
    public float[] Vector { get; set; } = [0, 0, 0];

    public static IDataView View(MLContext context, IEnumerable<string> paths) => context.Data.LoadFromEnumerable(
        paths.Select((p, i) => new PathRow { ImagePath = p, Label = $"class {i % 3}", Number = i, Vector = [i, i * 2, i * 3] }));
}
