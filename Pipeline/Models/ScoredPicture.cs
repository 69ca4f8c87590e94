using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>A picture, decoded and prepared when it is first needed, before a model's network and head. Of several views
/// the first is scored.</summary>
internal sealed class ScoredPicture : IScoredPicture
{
    private readonly BackboneTransformer _backbone;
    private readonly ExplainedHead _head;
    private readonly Lazy<float[]> _pixels;

    public ScoredPicture(BackboneTransformer backbone, ExplainedHead head, Picture picture)
        : this(backbone, head, () =>
        {
            var recipe = backbone.Backbone.Preprocessing;
            using var raster = picture.Decode(backbone.Options.Decode with { AtLeast = recipe.EnoughSource });
            using var prepared = recipe.Prepare(raster);
            var pixels = new float[recipe.Length];
            recipe.Write(prepared, pixels);
            return pixels;
        })
    {
    }

    private ScoredPicture(BackboneTransformer backbone, ExplainedHead head, Func<float[]> pixels) =>
        (_backbone, _head, _pixels) = (backbone, head, new(pixels));

    /// <summary>The numbers that the network takes.</summary>
    public float[] Pixels => _pixels.Value;

    /// <summary>The picture looked at otherwise.</summary>
    public ScoredPicture Seen(PictureView view) => new(_backbone, _head, () => view.Of(Pixels, Preprocessing));

    public Preprocessing Preprocessing => _backbone.Backbone.Preprocessing;

    public float[] Score(int count, Action<int, float[]> change)
    {
        var network = _backbone.Network;
        List<float> scores = [];
        var length = _pixels.Value.Length;
        var copy = new float[length];
        for (var from = 0; from < count; from += network.BatchSize)
        {
            var pixels = new float[Math.Min(network.BatchSize, count - from) * length];
            for (var at = 0; at < pixels.Length; at += length)
            {
                _pixels.Value.CopyTo(copy, 0);
                change(from + (at / length), copy);
                copy.CopyTo(pixels, at);
            }

            scores.AddRange(_head.Score(FeaturesOf(pixels)));
        }

        return [.. scores];
    }

    /// <summary>The features of the picture as it is.</summary>
    public float[] Features() => FeaturesOf(Pixels);

    private float[] FeaturesOf(float[] pixels)
    {
        var network = _backbone.Network;
        var values = network.Run(BackboneOutput.Features, pixels, pixels.Length / _pixels.Value.Length);
        return values[network.ValueOf(BackboneOutput.Features)].Floats.ToArray();
    }
}
