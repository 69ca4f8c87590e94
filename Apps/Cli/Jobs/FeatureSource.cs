using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Data;
using MlPipeline.Pipeline;

namespace MlPipeline.Cli.Jobs;

/// <summary>Gives features from the cache and runs the backbone over the other pictures. Making one opens the cache, which can be
/// done while the pictures are still being looked up.</summary>
internal sealed class FeatureSource : IDisposable
{
    private readonly Backbone _backbone;
    private readonly BackboneRunOptions _options;
    private readonly PictureViews _views;
    private readonly CachedFeatureExtractor? _cached;

    /// <summary>Opens the cache.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="useCache">Whether the cache is used; without it the network sees all pictures and nothing is kept.</param>
    /// <param name="sets">The sets of features that are wanted; null for the backbone's own.</param>
    /// <param name="views">The views that are wanted.</param>
    public FeatureSource(Backbone backbone, BackboneRunOptions options, bool useCache = true, IReadOnlyList<string>? sets = null,
        PictureViews views = PictureViews.None)
    {
        (_options, _views) = (options, views);
        _backbone = FeatureBank.BackboneFor(backbone, sets ?? [backbone.FeaturesFrom]);
        _cached = useCache ? new CachedFeatureExtractor(_backbone, options) : null;
    }

    /// <summary>Gives the features of a data set's pictures.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="context">Progress and cancellation.</param>
    /// <param name="contentHashes">What <see cref="DuplicateFinder.HashContents"/> gave for them; computed when null.</param>
    /// <exception cref="WorkFailedException">No picture could be read.</exception>
    public FeatureTable Compute(ImageDataSet data, CommandContext context, IReadOnlyList<string?>? contentHashes = null)
    {
        List<Pipeline.FeatureRow> rows;
        IReadOnlyList<SkippedImage> skipped;
        if (_cached is not null)
        {
            rows = Collect(_cached.ExtractViews(data, _views, contentHashes), data, context);
            skipped = _cached.Skipped;
            foreach (var note in _cached.Notes)
                context.Progress.Note($"note: {note}");
        }
        else
        {
            using var network = new FeatureExtractor(_backbone, _views, _options);
            rows = Collect(network.Extract(data), data, context);
            skipped = network.Skipped;
        }

        foreach (var image in skipped)
            context.Progress.Note($"skipped {image.Path}: {image.Reason}");

        if (rows.Count == 0)
            throw new WorkFailedException($"{data.Root}: none of the {data.Records.Count} pictures could be read.");

        return new FeatureTable(data, new FeatureBank(_backbone, _views, rows), skipped, _cached?.Cached ?? 0);
    }

    public void Dispose() => _cached?.Dispose();

    private static List<Pipeline.FeatureRow> Collect(IEnumerable<Pipeline.FeatureRow> features, ImageDataSet data, CommandContext context)
    {
        List<Pipeline.FeatureRow> rows = new(data.Records.Count);
        using var stage = context.Progress.Begin("features", data.Records.Count);
        foreach (var row in features)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            rows.Add(row);
            stage.Report(rows.Count);
        }

        return rows;
    }
}
