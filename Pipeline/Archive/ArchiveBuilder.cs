using System.IO.Compression;
using System.Security.Cryptography;

namespace MlPipeline.Pipeline;

/// <summary>Collects the entries of a model file and what the manifest says of them. The same model gives the same
/// bytes.</summary>
internal sealed class ArchiveBuilder
{
    public const string ManifestName = "manifest.json";

    // Zip files know no time zone and nothing before 1980; a fixed time keeps files reproducible.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip;
    private readonly BackboneStorage _storage;
    private readonly List<ManifestEntry> _entries = [];
    private readonly Dictionary<string, ManifestBackbone> _backbones = new(StringComparer.Ordinal);

    public ArchiveBuilder(ZipArchive zip, MLContext context, BackboneStorage storage)
    {
        _zip = zip;
        _storage = storage;
        Context = context;
    }

    public MLContext Context { get; }

    public IReadOnlyList<ManifestEntry> Entries => _entries;

    public IReadOnlyList<ManifestBackbone> Backbones => [.. _backbones.Values];

    public void Add(string name, ReadOnlySpan<byte> content, CompressionLevel compression = CompressionLevel.Optimal)
    {
        if (_entries.Exists(e => e.Name == name))
            throw new InvalidOperationException($"The entry '{name}' is written twice.");

        AddRaw(name, content, compression);
        _entries.Add(new ManifestEntry(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
    }

    public string AddBackbone(Backbone backbone)
    {
        var key = backbone.Key;
        if (_backbones.ContainsKey(key))
            return key;

        if (_storage == BackboneStorage.Embedded && !_backbones.Values.Any(b => b.Sha256 == backbone.Sha256))
        {
            // Weights hardly compress.
            Add(BackboneEntry(backbone.Sha256), backbone.ReadOnnx(), CompressionLevel.NoCompression);
        }

        _backbones.Add(key, backbone.Describe() with { Embedded = _storage == BackboneStorage.Embedded });
        return key;
    }

    public void AddManifest(ModelManifest manifest)
    {
        var needsSecond = _backbones.Values.Any(b => b.FeaturesFrom is not null || b.Preprocessing.Views != PictureViews.None);
        var whole = manifest with { FormatVersion = needsSecond ? 2 : 1, Entries = Entries, Backbones = Backbones };
        AddRaw(ManifestName, ArchiveJson.ToBytes(whole), CompressionLevel.Optimal);
    }

    public static string BackboneEntry(string sha256) => $"backbones/{sha256}.onnx";

    private void AddRaw(string name, ReadOnlySpan<byte> content, CompressionLevel compression)
    {
        var entry = _zip.CreateEntry(name, compression);
        entry.LastWriteTime = s_time;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
