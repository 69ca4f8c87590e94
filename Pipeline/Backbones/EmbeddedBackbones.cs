namespace MlPipeline.Pipeline.Backbones;

/// <summary>The pretrained networks that are shipped inside this assembly.</summary>
internal static class EmbeddedBackbones
{
    /// <summary>A small ResNet trained for this project on Tiny ImageNet (200 classes, 256 features).</summary>
    public const string Bootstrap = "bootstrap-resnet";

    /// <summary>The names that can be opened.</summary>
    public static IReadOnlyList<string> Names { get; } = [Bootstrap];

    /// <summary>The ONNX file of an embedded network.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public static byte[] Read(string name)
    {
        using var stream = Resource(name, ".onnx");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The class names of an embedded network, in the order of its logits.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public static IReadOnlyList<string> ClassNames(string name)
    {
        using var reader = new StreamReader(Resource(name, "-labels.tsv"));
        var names = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            if (fields.Length >= 2)
                names.Add(fields[^1]);
        }

        return names;
    }

    private static Stream Resource(string name, string ending) =>
        typeof(EmbeddedBackbones).Assembly.GetManifestResourceStream($"Backbones/{name}{ending}")
        ?? throw new ArgumentException(
            $"There is no embedded backbone '{name}'; there is {string.Join(", ", Names)}.", nameof(name));
}
