using MlPipeline.Imaging.Resampling;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Published ONNX files: one line each in known-backbones.tsv, which names its columns. One that was pulled lies in the
/// folder "backbones" of the home folder, under its name; there alone, so that two processes have no list to quarrel
/// over.</summary>
internal static class KnownBackbones
{
    private static readonly Lazy<IReadOnlyList<BackboneEntry>> s_entries = new(Read);

    public static IReadOnlyList<BackboneEntry> Entries => s_entries.Value;

    /// <summary>The place of a published file on this machine.</summary>
    public static string PlaceOf(BackboneEntry entry, string home) => Path.Combine(home, "backbones", entry.Name + ".onnx");

    /// <summary>The checksum, at its first pull, of a file of which none was published.</summary>
    public static string ChecksumOf(string place) => place + ".sha256";

    /// <summary>The published files that are on this machine.</summary>
    public static IEnumerable<BackboneEntry> Pulled(string home) =>
        Entries.Where(e => File.Exists(PlaceOf(e, home))).Select(e => AsPulled(e, PlaceOf(e, home)));

    /// <summary>Whether the published file is in its place.</summary>
    public static bool IsPulled(BackboneEntry entry, string place) =>
        File.Exists(place) && AsPulled(entry, place).Sha256 is { } sha256 && Backbone.HashOf(File.ReadAllBytes(place)) == sha256;

    /// <summary>How to get a published file without a pull.</summary>
    public static string ByHand(BackboneEntry entry, string place)
    {
        string[] facts = [.. entry.Bytes > 0 ? [$"{entry.Bytes:N0} bytes"] : Array.Empty<string>(),
            .. entry.Sha256 is { } sha256 ? [$"SHA-256 {sha256}"] : Array.Empty<string>()];
        return $"By hand: get {entry.Path}{(facts.Length > 0 ? $" ({string.Join(", ", facts)})" : "")} from {entry.Address} on "
            + $"another machine and put it at {place}";
    }

    private static BackboneEntry AsPulled(BackboneEntry entry, string place) => entry with
    {
        Kind = BackboneKind.Pulled,
        Path = place,
        Bytes = new FileInfo(place).Length,
        Sha256 = entry.Sha256 ?? (File.Exists(ChecksumOf(place)) ? File.ReadAllText(ChecksumOf(place)).Trim() : null),
    };

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
                Bytes = fields[2].Length > 0 ? long.Parse(fields[2]) : 0,
                Sha256 = TextOf(fields[3]),
                Address = fields[6],
                Package = TextOf(fields[7]),
                Top1 = NumberOf(fields[8]),
                Top5 = NumberOf(fields[9]),
                Classes = fields[7].Length > 0 ? null : "ImageNet",
                Options = new BackboneOptions
                {
                    Name = fields[0],
                    Preprocessing = Recipe(fields[4]),
                    Licence = TextOf(fields[5]),
                },
            });
        }

        return entries;
    }

    private static string? TextOf(string field) => field.Length > 0 ? field : null;

    private static double? NumberOf(string field) => field.Length > 0 ? double.Parse(field) : null;
}
