using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Data;
using MlPipeline.Pipeline;

namespace MlPipeline.Cli.Jobs;

/// <summary>The pooled features of a data set's pictures, computed once and used for every fold and trainer.</summary>
/// <param name="Rows">The pictures that could be read, in the data set's order.</param>
/// <param name="Skipped">Those that could not, with the reason.</param>
/// <param name="FeatureCount">K.</param>
/// <param name="Cached">How many pictures came from the feature cache.</param>
internal sealed record FeatureTable(IReadOnlyList<FeatureRow> Rows, IReadOnlyList<SkippedImage> Skipped, int FeatureCount, int Cached)
{
    private Lazy<TransformerChain<BackboneTransformer>>? _featurizer;

    /// <summary>The fitted chain that computes them: load, then backbone. Made when it is first asked for.</summary>
    public TransformerChain<BackboneTransformer> Featurizer => _featurizer!.Value;

    /// <summary>
    /// Takes features from the cache and runs the backbone over the other pictures; over all, keeping nothing, without
    /// <paramref name="useCache"/>. The hashes are what <see cref="DuplicateFinder.HashContents"/> gave; they are computed when null.
    /// </summary>
    /// <exception cref="WorkFailedException">No picture could be read.</exception>
    public static FeatureTable Compute(MLContext ml, ImageDataSet data, Backbone backbone, BackboneRunOptions options, CommandContext context,
        IReadOnlyList<string?>? contentHashes = null, bool useCache = true)
    {
        (List<FeatureRow> rows, IReadOnlyList<SkippedImage> skipped, int cached) = useCache
            ? FromCache(data, backbone, options, context, contentHashes)
            : FromNetwork(data, backbone, options, context);
        foreach (SkippedImage image in skipped)
            context.Progress.Note($"skipped {image.Path}: {image.Reason}");
        if (rows.Count == 0)
            throw new WorkFailedException($"{data.Root}: none of the {data.Records.Count} pictures could be read.");
        return new FeatureTable(rows, skipped, backbone.FeatureCount, cached)
        {
            _featurizer = new(() => ml.Transforms.LoadImages("Image", null, "ImagePath")
                .Append(ml.Transforms.ApplyBackbone(backbone, "Image", "Features", options: options))
                .Fit(data.ToDataView(ml))),
        };
    }

    /// <summary>A data view of some of the rows, in the order given: <c>ImagePath</c>, <c>Label</c> (text), <c>Features</c> (K floats).</summary>
    public IDataView View(MLContext ml, IEnumerable<int> indexes)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(FeatureRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, FeatureCount);
        return ml.Data.LoadFromEnumerable(indexes.Select(i => Rows[i]).ToArray(), definition);
    }

    private static (List<FeatureRow> Rows, IReadOnlyList<SkippedImage> Skipped, int Cached) FromCache(
        ImageDataSet data, Backbone backbone, BackboneRunOptions options, CommandContext context, IReadOnlyList<string?>? contentHashes)
    {
        using var extractor = new CachedFeatureExtractor(backbone, options);
        List<FeatureRow> rows = Collect(extractor.Extract(data, contentHashes), data, context);
        foreach (string note in extractor.Notes)
            context.Progress.Note($"note: {note}");
        return (rows, extractor.Skipped, extractor.Cached);
    }

    private static (List<FeatureRow> Rows, IReadOnlyList<SkippedImage> Skipped, int Cached) FromNetwork(
        ImageDataSet data, Backbone backbone, BackboneRunOptions options, CommandContext context)
    {
        using var extractor = new FeatureExtractor(backbone, options);
        return (Collect(extractor.Extract(data), data, context), extractor.Skipped, 0);
    }

    private static List<FeatureRow> Collect(IEnumerable<Pipeline.FeatureRow> features, ImageDataSet data, CommandContext context)
    {
        List<FeatureRow> rows = new(data.Records.Count);
        using IProgressStage stage = context.Progress.Begin("features", data.Records.Count);
        foreach (Pipeline.FeatureRow row in features)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            rows.Add(new FeatureRow { ImagePath = row.Path, Label = row.Label, Features = row.Features });
            stage.Report(rows.Count);
        }

        return rows;
    }
}
