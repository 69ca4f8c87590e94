namespace MlPipeline.Pipeline.Backbones;

/// <summary>The 1,000 classes of ImageNet's challenge (ILSVRC 2012), in the order of their WordNet identifiers, as published
/// networks have them; those of TensorFlow have 1,001, the background first.</summary>
internal static class ImageNetClasses
{
    private const int Count = 1000;

    private static readonly Lazy<(string Identifier, string Name)[]> s_classes = new(Read);

    /// <summary>The names for a network of so many classes; null where they are not ImageNet's.</summary>
    public static IReadOnlyList<string>? Names(int classes) => classes switch
    {
        Count => [.. s_classes.Value.Select(c => c.Name)],
        Count + 1 => ["background", .. s_classes.Value.Select(c => c.Name)],
        _ => null,
    };

    /// <summary>The identifiers of the same; null for the background, which has none.</summary>
    public static IReadOnlyList<string?>? Identifiers(int classes) => classes switch
    {
        Count => [.. s_classes.Value.Select(c => c.Identifier)],
        Count + 1 => [null, .. s_classes.Value.Select(c => c.Identifier)],
        _ => null,
    };

    private static (string, string)[] Read()
    {
        using var reader = new StreamReader(
            typeof(ImageNetClasses).Assembly.GetManifestResourceStream("Backbones/imagenet-classes.tsv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1]))];
    }
}
