using MlPipeline.Imaging.Resampling;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Published ONNX files: one line each in known-backbones.tsv (name, file, bytes, SHA-256, recipe, licence).</summary>
internal static class KnownBackbones
{
    private static readonly Lazy<IReadOnlyList<BackboneEntry>> s_entries = new(Read);

    public static IReadOnlyList<BackboneEntry> Entries => s_entries.Value;

    public static BackboneEntry? ByHash(string sha256) => Entries.FirstOrDefault(e => e.Sha256 == sha256);

    /// <summary>The recipes that the lines name.</summary>
    internal static Preprocessing Recipe(string name) => name switch
    {
        "torch" => Preprocessing.Torch(),
        "torch299" => Preprocessing.Torch(299),
        "timm299" => Preprocessing.Torch(299) with { Filter = ResampleFilter.Bicubic },
        "caffe" => Preprocessing.Caffe(),
        "caffe-scaled" => CaffeScaled(),
        "efficientnet-lite" =>
            Preprocessing.TensorFlow() with { Mean = ChannelValues.All(127), StandardDeviation = ChannelValues.All(128) },
        _ => throw new InvalidOperationException($"There is no recipe '{name}'."),
    };

    // Caffe's recipe with pixels multiplied by 0.017 after the means are taken off.
    private static Preprocessing CaffeScaled() =>
        Preprocessing.Caffe() with { StandardDeviation = ChannelValues.All(1 / 0.017f) };

    private static IReadOnlyList<BackboneEntry> Read()
    {
        using var stream = typeof(KnownBackbones).Assembly.GetManifestResourceStream("known-backbones.tsv")!;
        using var reader = new StreamReader(stream);
        var entries = new List<BackboneEntry>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = line.Split('\t');
            entries.Add(new BackboneEntry
            {
                Name = fields[0],
                Kind = BackboneKind.Known,
                Path = fields[1],
                Bytes = long.Parse(fields[2]),
                Sha256 = fields[3],
                Options = new BackboneOptions
                {
                    Name = fields[0],
                    Preprocessing = Recipe(fields[4]),
                    Licence = fields[5].Length > 0 ? fields[5] : null,
                },
            });
        }

        return entries;
    }
}
