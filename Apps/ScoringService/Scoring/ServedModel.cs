using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.ScoringService;

/// <summary>A model as the service uses it: batches for predictions, single pictures for heatmaps.</summary>
internal sealed class ServedModel : IDisposable
{
    private int? _right;

    private ServedModel(ImageClassificationModel model)
    {
        (Model, Batches) = (model, model.CreateBatchPredictor());
        HeatmapMethods = [.. Pipeline.Heatmaps.HeatmapMethods.Names.Where(name => Fits(model, name))];
    }

    public ImageClassificationModel Model { get; }

    public BatchPredictor Batches { get; }

    /// <summary>The methods that fit the network and the head, but for those that run the network hundreds of times for one
    /// map.</summary>
    public IReadOnlyList<string> HeatmapMethods { get; }

    /// <exception cref="ModelFileException">The file cannot be loaded, or its model takes no pictures in memory.</exception>
    public static ServedModel Load(string path, ServiceOptions options)
    {
        var model = ImageClassificationModel.Load(path, new BackboneRunOptions
        {
            BatchSize = options.BatchSize,
            Threads = options.Threads,
            Decode = DecodeOptions.Default with { MaxPixels = options.MaxPixels, MaxBytes = options.MaxPictureBytes },
        });
        try
        {
            return new ServedModel(model);
        }
        catch (ArgumentException e)
        {
            model.Dispose();
            throw new ModelFileException(path, e.Message, e);
        }
    }

    /// <summary>Runs a grey picture, in batches of these sizes, so that no caller waits for the network's plans.</summary>
    public void WarmUp(IEnumerable<int> batchSizes)
    {
        using var grey = new Raster(Model.Backbone.Preprocessing.Width, Model.Backbone.Preprocessing.Height);
        grey.Pixels.Fill(128);
        using var prepared = Batches.Prepare(Picture.FromRaster(grey));
        foreach (var size in batchSizes)
            Batches.Predict([.. Enumerable.Repeat(prepared, size)]);
    }

    /// <summary>How many of the samples this model gets right, counted once: the samples of a model's place stay the same.
    /// Called by the one thread that reloads.</summary>
    public int RightOf(KeptSamples samples) => _right ??= samples.CountRight(Model);

    public void Dispose()
    {
        Batches.Dispose();
        Model.Dispose();
    }

    private static bool Fits(ImageClassificationModel model, string method)
    {
        try
        {
            // A gradient through layers behind the map may be one that the network's nodes do not have.
            return model.Head is { } head && Pipeline.Heatmaps.HeatmapMethods.ByName(method) is { RunsNetwork: false } found
                && (!found.UsesGradient || model.Backbone.FeatureMapPooling != MapPooling.None)
                && new HeatmapComputer(model.Backbone, head, found) is not null;
        }
        catch (BackboneException)
        {
            return false;
        }
    }
}
