using System.IO.Compression;
using System.IO.Hashing;
using System.Reflection;
using System.Text.Json;
using System.Xml;
using MlPipeline.Data.Files;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline;

/// <summary>
/// ML.NET's own model file, with what it lacks: written beside its place and renamed when it is whole; sealed by a digest over
/// all of its bytes, which is checked before anything is loaded; limits; and a card (<see cref="ModelCard"/>). What this writes,
/// <c>mlContext.Model.Load</c> reads; what <c>mlContext.Model.Save</c> wrote, this reads, after checking each entry's CRC-32.
/// </summary>
public static class ModelFile
{
    /// <summary>The largest file that is read by default: 4 GB.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private const string CardEntry = "MlPipeline/card.json";
    private const string OldManifestEntry = "manifest.json";
    private const int MaxEntries = 10_000;

    // The digests of a million pictures take 11 MB.
    private const int MaxCardBytes = 256 << 20;

    // Zip files know no time zone and nothing before 1980; a fixed time makes the same model give the same bytes.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Saves a model; an older file of that name stays until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The trained chain and its card; backbones, columns and versions are filled in.</param>
    /// <param name="storage">Whether networks are put inside (default) or named by their hash.</param>
    /// <param name="context">The context that saves; a new one by default.</param>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A transformer of the chain cannot be saved; the message names it.</exception>
    public static void Save(string path, TrainedModel model, BackboneStorage storage = BackboneStorage.Embedded,
        MLContext? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            using var file = new ReplacedFile(path);
            var chain = StoredAs(model.Transformer, storage);
            (context ?? new MLContext()).Model.Save(chain, model.InputSchema, file.Stream);
            file.Stream.Position = 0;
            using (var zip = new ZipArchive(file.Stream, ZipArchiveMode.Update, leaveOpen: true))
            {
                AddNetworks(zip, model.Transformer);
                zip.Comment = ModelSeal.Placeholder;
                using (var card = zip.CreateEntry(CardEntry).Open())
                    card.Write(ModelJson.ToBytes(CardOf(model, storage)));

                foreach (var entry in zip.Entries)
                    entry.LastWriteTime = s_time;
            }

            ModelSeal.Apply(file.Stream);
            file.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"the model cannot be written there: {e.Message}", e);
        }
    }

    /// <summary>Loads a model after checking the whole file.</summary>
    /// <param name="path">A file that <see cref="Save"/> or <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="context">The context that loads; a new one by default.</param>
    /// <param name="maxBytes">The largest file, packed or unpacked, that is read.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, too new or too old, or needs what is not
    /// here.</exception>
    public static TrainedModel Load(string path, MLContext? context = null, long maxBytes = DefaultMaxBytes)
    {
        Runtime.WarmUp();
        using var stream = Open(path, maxBytes, out var content);

        // The card is read beside the model, on a thread of its own: this one may be of the pool, which must not be waited for.
        var card = Task.Factory.StartNew(() => CardFrom(path, content), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            stream.Position = 0;
            var transformer = (context ?? new MLContext()).Model.Load(stream, out var schema);
            return new TrainedModel { Transformer = transformer, InputSchema = schema, Card = card.GetAwaiter().GetResult() };
        }
        catch (Exception e) when (IsLoadFault(e))
        {
            // A card that is damaged or of a newer version says more than what follows from that.
            card.GetAwaiter().GetResult();
            throw new ModelFileException(path, $"its model cannot be loaded: {InnermostOf(e).Message}", e);
        }
    }

    /// <summary>Checks the whole file and reads only what it says about the model.</summary>
    /// <returns>The card; an empty one for a file that <c>mlContext.Model.Save</c> wrote.</returns>
    /// <exception cref="ModelFileException">The file is missing, damaged, too new or too old.</exception>
    public static ModelCard ReadCard(string path, long maxBytes = DefaultMaxBytes)
    {
        using var stream = Open(path, maxBytes, out var content);
        return CardFrom(path, content);
    }

    private static FileStream Open(string path, long maxBytes, out byte[]? card)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
            if (stream.Length > maxBytes)
                throw new ModelFileException(path, $"it has {stream.Length} bytes, more than the limit of {maxBytes}");
            var isSealed = ModelSeal.Check(path, stream);
            stream.Position = 0;
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            CheckEntries(path, zip, maxBytes, isSealed);
            card = ReadCard(path, zip);
            return stream;
        }
        catch (Exception e) when (e is ModelFileException or IOException or UnauthorizedAccessException
            or InvalidDataException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            throw e switch
            {
                ModelFileException => e,
                FileNotFoundException or DirectoryNotFoundException =>
                    new ModelFileException(path, "there is no such model file", e),
                UnauthorizedAccessException => new ModelFileException(path, "the file may not be read", e),
                _ => new ModelFileException(path, $"it is not a whole model file: {e.Message}", e),
            };
        }
    }

    private static void CheckEntries(string path, ZipArchive zip, long maxBytes, bool isSealed)
    {
        if (zip.Entries.Count > MaxEntries)
            throw new ModelFileException(path, $"it has {zip.Entries.Count} entries, more than the limit of {MaxEntries}");
        if (zip.GetEntry(OldManifestEntry) is not null)
        {
            throw new ModelFileException(
                path,
                "it was written by a version of MlPipeline from before models were kept in ML.NET's format: train the model "
                + "again");
        }

        if (!isSealed && zip.GetEntry(CardEntry) is not null)
        {
            throw new ModelFileException(path,
                "it has a card but no seal: it was altered after it was saved; take it from its source again");
        }

        // Packed entries may be larger than the file; none is unpacked to more than it declares.
        if (zip.Entries.Sum(e => (decimal)e.Length) > maxBytes)
            throw new ModelFileException(path, $"its entries are larger than the limit of {maxBytes} bytes");
        foreach (var entry in isSealed ? [] : zip.Entries)
        {
            using var content = entry.Open();
            var crc = new Crc32();
            crc.Append(content);
            if (crc.GetCurrentHashAsUInt32() != entry.Crc32)
            {
                throw new ModelFileException(path,
                    $"the checksum of its entry '{entry.FullName}' is wrong: the file was altered or damaged");
            }
        }
    }

    /// <returns>Null where there is none.</returns>
    private static byte[]? ReadCard(string path, ZipArchive zip)
    {
        if (zip.GetEntry(CardEntry) is not { } entry)
            return null;
        return entry.Length <= MaxCardBytes ? ContentOf(entry)
            : throw new ModelFileException(path, $"its card has {entry.Length} bytes, more than the limit of {MaxCardBytes}");
    }

    /// <exception cref="ModelFileException">It is no card, or one of a newer version.</exception>
    private static ModelCard CardFrom(string path, byte[]? content)
    {
        if (content is null)
            return new ModelCard();
        try
        {
            using (var document = JsonDocument.Parse(content))
            {
                if (document.RootElement.GetProperty("formatVersion").GetInt32() is var version and not ModelCard.CurrentFormat)
                {
                    throw new ModelFileException(path,
                        $"its format is version {version}; this program reads version {ModelCard.CurrentFormat}, a newer one is "
                        + $"needed");
                }
            }

            return ModelJson.FromBytes<ModelCard>(content);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or NotSupportedException or ArgumentException)
        {
            throw new ModelFileException(path, $"its card cannot be read: {e.Message}", e);
        }
    }

    private static ModelCard CardOf(TrainedModel model, BackboneStorage storage) => model.Card with
    {
        FormatVersion = ModelCard.CurrentFormat,
        InputColumns = model.InputSchema is { } schema
            ? [.. schema.Select(c => new CardColumn(c.Name, c.Type.ToString()!))] : model.Card.InputColumns,
        Backbones =
        [
            .. TransformerLinks.Of(model.Transformer).OfType<BackboneTransformer>()
                .Select(b => b.Backbone.Describe() with { Embedded = storage == BackboneStorage.Embedded }),
        ],
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["MlPipeline"] = VersionOf(typeof(ModelFile)),
            ["Microsoft.ML"] = VersionOf(typeof(MLContext)),
        },
    };

    private static string VersionOf(Type type) =>
        (type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];

    private static ITransformer StoredAs(ITransformer transformer, BackboneStorage storage) => transformer switch
    {
        BackboneTransformer backbone => backbone.StoredAs(storage),
        IEnumerable<ITransformer> chain => new TransformerChain<ITransformer>([.. chain.Select(t => StoredAs(t, storage))]),
        _ => transformer,
    };

    /// <summary>Adds the networks that the chain left out, not packed: weights become hardly smaller by it, and unpacking them
    /// would be a good part of loading a model.</summary>
    private static void AddNetworks(ZipArchive zip, ITransformer transformer)
    {
        var networks = TransformerLinks.Of(transformer).OfType<BackboneTransformer>()
            .DistinctBy(b => b.Backbone.Sha256).ToDictionary(b => b.Backbone.Sha256, b => b.Backbone);
        var described = zip.Entries.Select(e => e.FullName)
            .Where(n => Path.GetFileName(n) == ModelWriter.BackboneEntry + ".json").ToArray();
        foreach (var name in described)
        {
            var description = ModelJson.FromBytes<CardBackbone>(ContentOf(zip.GetEntry(name)!));
            var place = Path.ChangeExtension(name, ".onnx");
            if (!description.Embedded || zip.GetEntry(place) is not null)
                continue;
            using var stream = zip.CreateEntry(place, CompressionLevel.NoCompression).Open();
            stream.Write(networks[description.Sha256].ReadOnnx());
        }
    }

    private static byte[] ContentOf(ZipArchiveEntry entry)
    {
        var content = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>What ML.NET and the transformers throw for content that makes no model.</summary>
    private static bool IsLoadFault(Exception e) =>
        InnermostOf(e) is InvalidDataException or InvalidOperationException or FormatException or ArgumentException or IOException
            or NotSupportedException
            or XmlException or JsonException or BackboneException or OnnxException or TypeLoadException or OverflowException;

    private static Exception InnermostOf(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e;
    }
}
