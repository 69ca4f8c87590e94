using System.IO.Compression;

namespace MlPipeline.Pipeline;

/// <summary>
/// One file per trained model: a zip with a manifest, the backbone and the state of every transformer. It is written beside its
/// place and renamed when it is whole, so there is never half a model; it is sealed with a checksum over all of its bytes, so a
/// damaged one is refused. Files of older versions stay readable.
/// </summary>
public static class ModelArchive
{
    /// <summary>The largest file that is read by default: 4 GB.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private const string TransformerName = "model";

    /// <summary>Saves a model; an older file of that name stays until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The trained chain and what is known about it.</param>
    /// <param name="storage">Whether the network is put inside (default) or named by its hash.</param>
    /// <param name="context">The context that ML.NET's transformers are saved with; a new one by default.</param>
    /// <exception cref="ModelArchiveException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A transformer of the chain cannot be saved; the message names it.</exception>
    public static void Save(string path, TrainedModel model, BackboneStorage storage = BackboneStorage.Embedded, MLContext? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            using var file = new ReplacedFile(path);
            using (var zip = new ZipArchive(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                zip.Comment = ArchiveSeal.Placeholder;
                var builder = new ArchiveBuilder(zip, context ?? new MLContext(), storage);
                new ArchiveWriter(builder, "").WriteTransformer(TransformerName, model.Transformer);
                builder.AddManifest(ManifestOf(model));
            }

            ArchiveSeal.Apply(file.Stream);
            file.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelArchiveException(path, $"the model cannot be written there: {e.Message}", e);
        }
    }

    /// <summary>Loads a model after checking the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">The context that ML.NET's transformers are loaded with; a new one by default.</param>
    /// <param name="maxBytes">The largest file, packed or unpacked, that is read.</param>
    /// <exception cref="ModelArchiveException">The file is missing, damaged, too new, or needs what is not here.</exception>
    public static TrainedModel Load(string path, MLContext? context = null, long maxBytes = DefaultMaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = ArchiveFile.Open(path, context ?? new MLContext(), maxBytes);
        var manifest = file.Manifest;
        return new TrainedModel
        {
            Transformer = new ArchiveReader(file, "").ReadTransformer(TransformerName),
            ClassNames = manifest.ClassNames,
            Metrics = manifest.Metrics,
            DataFingerprint = manifest.DataFingerprint,
            Properties = manifest.Properties,
            Manifest = manifest,
        };
    }

    /// <summary>Checks the whole file and reads only what it says about itself.</summary>
    /// <exception cref="ModelArchiveException">The file is missing, damaged or too new.</exception>
    public static ModelManifest ReadManifest(string path, long maxBytes = DefaultMaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = ArchiveFile.Open(path, new MLContext(), maxBytes);
        return file.Manifest;
    }

    private static ModelManifest ManifestOf(TrainedModel model) => new()
    {
        WrittenBy = $"mlpipeline {typeof(ModelArchive).Assembly.GetName().Version?.ToString(3)}",
        ClassNames = model.ClassNames,
        InputColumns = model.InputSchema is { } schema ? [.. schema.Select(c => new ManifestColumn(c.Name, c.Type.ToString()!))] : [],
        Metrics = model.Metrics,
        DataFingerprint = model.DataFingerprint,
        Properties = model.Properties,
    };
}
