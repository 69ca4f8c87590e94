using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace MlPipeline.Pipeline;

/// <summary>An open model file whose seal was checked and whose entries are exactly those of its manifest.</summary>
internal sealed class ArchiveFile : IDisposable
{
    private const int MaxEntries = 10_000;
    private const long MaxManifestBytes = 16 << 20;

    private readonly FileStream _stream;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ManifestEntry> _entries;
    private readonly Dictionary<string, Backbone> _backbones = new(StringComparer.Ordinal);
    private readonly string _path;

    private ArchiveFile(string path, FileStream stream, ZipArchive zip, ModelManifest manifest, MLContext context)
    {
        _path = path;
        _stream = stream;
        _zip = zip;
        Manifest = manifest;
        Context = context;
        _entries = manifest.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    public ModelManifest Manifest { get; }

    public MLContext Context { get; }

    public static ArchiveFile Open(string path, MLContext context, long maxBytes)
    {
        FileStream? stream = null;
        ZipArchive? zip = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
            if (stream.Length > maxBytes)
                throw new ModelArchiveException(path, $"it has {stream.Length} bytes, more than the limit of {maxBytes}");

            ArchiveSeal.Check(path, stream);
            stream.Position = 0;
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var manifest = ReadManifest(path, zip);
            CheckEntries(path, zip, manifest, maxBytes);
            return new ArchiveFile(path, stream, zip, manifest, context);
        }
        catch (Exception e)
        {
            zip?.Dispose();
            stream?.Dispose();
            throw e switch
            {
                ModelArchiveException => e,
                FileNotFoundException or DirectoryNotFoundException => new ModelArchiveException(path, "there is no such model file", e),
                UnauthorizedAccessException => new ModelArchiveException(path, "the file may not be read", e),
                InvalidDataException or IOException or JsonException or ArgumentException =>
                    new ModelArchiveException(path, $"it is not a whole model file: {e.Message}", e),
                _ => e,
            };
        }
    }

    public byte[] Read(string name)
    {
        if (!_entries.TryGetValue(name, out var listed))
            throw Error($"the entry '{name}' is missing");

        var content = ReadEntry(_path, _zip.GetEntry(name)!, listed.Length);
        return Convert.ToHexStringLower(SHA256.HashData(content)) == listed.Sha256
            ? content
            : throw Error($"the entry '{name}' is not the one that was saved");
    }

    public Backbone Backbone(string key)
    {
        if (_backbones.TryGetValue(key, out var loaded))
            return loaded;

        var listed = Manifest.Backbones.FirstOrDefault(b => Pipeline.Backbone.KeyOf(b) == key)
            ?? throw Error($"it needs a backbone '{key}' that its manifest does not list");
        if (listed.Embedded)
        {
            var entry = ArchiveBuilder.BackboneEntry(listed.Sha256);
            loaded = Pipeline.Backbone.FromDescription(listed, Read(entry), new ArchivedOnnx(_path, entry));
        }
        else
        {
            loaded = BackboneCatalog.ResolveByHash(listed)
                ?? throw Error($"it needs the backbone '{listed.Name}' (SHA-256 {listed.Sha256}), which is not registered here; register its ONNX file with 'backbones add'");
        }

        _backbones.Add(key, loaded);
        return loaded;
    }

    public ModelArchiveException Error(string problem, Exception? inner = null) => new(_path, problem, inner);

    public void Dispose()
    {
        _zip.Dispose();
        _stream.Dispose();
    }

    private static ModelManifest ReadManifest(string path, ZipArchive zip)
    {
        if (zip.Entries.Count > MaxEntries)
            throw new ModelArchiveException(path, $"it has {zip.Entries.Count} entries, more than the limit of {MaxEntries}");

        var entry = zip.GetEntry(ArchiveBuilder.ManifestName) ?? throw new ModelArchiveException(path, "it has no manifest: it is not a model file");
        if (entry.Length > MaxManifestBytes)
            throw new ModelArchiveException(path, $"its manifest has {entry.Length} bytes, more than the limit of {MaxManifestBytes}");

        var content = ReadEntry(path, entry, entry.Length);
        using (var document = JsonDocument.Parse(content))
        {
            var version = document.RootElement.GetProperty("formatVersion").GetInt32();
            if (version is < 1 or > ModelManifest.CurrentFormat)
            {
                throw new ModelArchiveException(
                    path, $"its format is version {version}; this program reads versions 1 to {ModelManifest.CurrentFormat}, a newer one is needed");
            }
        }

        return ArchiveJson.FromBytes<ModelManifest>(content);
    }

    private static void CheckEntries(string path, ZipArchive zip, ModelManifest manifest, long maxBytes)
    {
        var listed = manifest.Entries.Select(e => e.Name).Append(ArchiveBuilder.ManifestName).Order(StringComparer.Ordinal);
        var found = zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal);
        if (!listed.SequenceEqual(found, StringComparer.Ordinal))
            throw new ModelArchiveException(path, "its entries are not those that its manifest lists");

        // Packed entries may be larger than the file; what is read is bounded by what the manifest lists.
        var total = 0L;
        foreach (var entry in manifest.Entries)
        {
            total = entry.Length is >= 0 and <= int.MaxValue ? total + entry.Length : long.MaxValue;
            if (total > maxBytes)
                throw new ModelArchiveException(path, $"its entries are larger than the limit of {maxBytes} bytes");
        }
    }

    private static byte[] ReadEntry(string path, ZipArchiveEntry entry, long length)
    {
        if (entry.Length != length)
            throw new ModelArchiveException(path, $"the entry '{entry.FullName}' has {entry.Length} bytes, expected {length}");

        var content = new byte[length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }
}
