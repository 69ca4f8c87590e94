using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlPipeline.Core;

/// <summary>
/// A saved model: a zip with
/// <c>manifest.json</c> (format and version), <c>schema.bin</c> (the input's columns, if known), <c>model/...</c> (one folder per
/// component, see <see cref="ModelSaveContext"/>) and, if there is one, <c>loader/...</c>.
/// The zip's comment, which stands at the very end, holds the SHA-256 of all bytes before the digest itself, so that any
/// cut or changed byte is seen. The same model gives the same bytes.
/// </summary>
internal sealed class ModelFile
{
    private const string Format = "MlPipeline.Core model";
    private const int Version = 1;
    private const string CommentStart = "MlPipeline.Core model sha256:";
    private const int DigestLength = 64;
    private const long MaxUncompressedBytes = 4L << 30;

    // Deflate cannot shrink more than this: what claims more is refused before memory is taken for it.
    private const long MaxExpansion = 1032;

    private static readonly DateTimeOffset _timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IDataLoader<IMultiStreamSource>? _loader;
    private readonly string _origin;

    private ModelFile(ITransformer model, DataViewSchema? inputSchema, IDataLoader<IMultiStreamSource>? loader, string origin)
    {
        Model = model;
        InputSchema = inputSchema;
        _loader = loader;
        _origin = origin;
    }

    private sealed record Manifest(string Format, int Version);

    public ITransformer Model { get; }

    public DataViewSchema? InputSchema { get; }

    public IDataLoader<IMultiStreamSource> RequireLoader() =>
        _loader ?? throw new InvalidDataException($"The model in {_origin} was saved without a data loader.");

    public static byte[] ToBytes(Host host, ITransformer? model, DataViewSchema? inputSchema, ICanSaveModel? loader)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["manifest.json"] = JsonSerializer.SerializeToUtf8Bytes(new Manifest(Format, Version)),
        };
        if (inputSchema != null)
            entries["schema.bin"] = SchemaIO.ToBytes(host, inputSchema);
        // What is loaded is always a chain, as in ML.NET.
        ITransformer chain = IsChain(model) ? model! : new TransformerChain<ITransformer>(model == null ? [] : [model]);
        SavePart(host, entries, "model", chain);
        if (loader != null)
            SavePart(host, entries, "loader", loader);

        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.Comment = CommentStart + new string('0', DigestLength);
            foreach ((string name, byte[] bytes) in entries)
            {
                ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                entry.LastWriteTime = _timestamp;
                using Stream target = entry.Open();
                target.Write(bytes);
            }
        }
        byte[] file = stream.ToArray();
        Encoding.ASCII.GetBytes(Digest(file), file.AsSpan(file.Length - DigestLength));
        return file;
    }

    /// <summary>Writes a file aside and renames it, so that it is never there in part.</summary>
    public static void WriteAtomically(string path, byte[] bytes)
    {
        string full = Path.GetFullPath(path);
        string aside = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(aside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, full, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    public static ModelFile Read(Host host, Stream stream, string origin)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        byte[] file = memory.ToArray();
        CheckDigest(file, origin);
        try
        {
            Dictionary<string, byte[]> entries = Unpack(file, origin);
            CheckManifest(entries, origin);
            DataViewSchema? schema = entries.TryGetValue("schema.bin", out byte[]? bytes) ? SchemaIO.Parse(bytes) : null;
            object model = ModelLoaders.Load(new ModelLoadContext(host, entries, "model"));
            object? loader = entries.ContainsKey("loader/model.bin")
                ? ModelLoaders.Load(new ModelLoadContext(host, entries, "loader"))
                : null;
            return new ModelFile(
                model as ITransformer ?? throw new InvalidDataException("it holds no transformer."), schema,
                loader as IDataLoader<IMultiStreamSource>, origin);
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or JsonException or ArgumentException or FormatException
                or OverflowException)
        {
            throw new InvalidDataException($"The model in {origin} cannot be loaded: {e.Message}", e);
        }
    }

    private static bool IsChain(ITransformer? model) =>
        model?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(TransformerChain<>);

    private static void SavePart(Host host, Dictionary<string, byte[]> entries, string folder, ICanSaveModel part)
    {
        using var context = new ModelSaveContext(host, entries, folder);
        part.Save(context);
        context.Finish(part);
    }

    private static string Digest(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file[..^DigestLength]));

    private static void CheckDigest(ReadOnlySpan<byte> file, string origin)
    {
        if (!file.StartsWith("PK"u8))
            throw new InvalidDataException($"There is no model in {origin}: it is not a model file at all.");
        int start = file.Length - DigestLength - CommentStart.Length;
        if (start < 0 || Encoding.ASCII.GetString(file.Slice(start, CommentStart.Length)) != CommentStart)
            throw new InvalidDataException($"The model in {origin} was cut short, or is not a model of this library.");
        if (Encoding.ASCII.GetString(file[^DigestLength..]) != Digest(file))
            throw new InvalidDataException($"The model in {origin} is damaged: its bytes do not match its SHA-256.");
    }

    private static Dictionary<string, byte[]> Unpack(byte[] file, string origin)
    {
        using var zip = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        long total = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            total += entry.Length;
            if (entry.Length is < 0 or > int.MaxValue || total > MaxUncompressedBytes)
                throw new InvalidDataException($"entry '{entry.FullName}' of {origin} is too large.");
            if (entry.Length > MaxExpansion * (entry.CompressedLength + 1))
                throw new InvalidDataException($"entry '{entry.FullName}' cannot hold the {entry.Length} bytes that it claims.");
            byte[] bytes = new byte[entry.Length];
            using Stream source = entry.Open();
            source.ReadExactly(bytes);
            if (!entries.TryAdd(entry.FullName, bytes))
                throw new InvalidDataException($"entry '{entry.FullName}' is there twice.");
        }
        return entries;
    }

    private static void CheckManifest(Dictionary<string, byte[]> entries, string origin)
    {
        if (!entries.TryGetValue("manifest.json", out byte[]? bytes))
            throw new InvalidDataException($"{origin} has no manifest.");
        Manifest? manifest = JsonSerializer.Deserialize<Manifest>(bytes);
        if (manifest?.Format != Format)
            throw new InvalidDataException($"its format is '{manifest?.Format}', not '{Format}'.");
        if (manifest.Version is < 1 or > Version)
            throw new InvalidDataException($"it has format version {manifest.Version}; versions 1 to {Version} can be read.");
    }
}
