using MlPipeline.Imaging;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>A picture, decoded and prepared when it is first needed, before a model's network and linear head. Of several views
/// the first is scored.</summary>
internal sealed class ScoredPicture : IScoredPicture
{
    private readonly BackboneTransformer _backbone;
    private readonly LinearHeadWeights _head;
    private readonly Lazy<float[]> _pixels;

    public ScoredPicture(BackboneTransformer backbone, LinearHeadWeights head, Picture picture)
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

    private ScoredPicture(BackboneTransformer backbone, LinearHeadWeights head, Func<float[]> pixels) =>
        (_backbone, _head, _pixels) = (backbone, head, new(pixels));

    /// <summary>The numbers that the network takes.</summary>
    public float[] Pixels => _pixels.Value;

    /// <summary>The picture turned over left to right.</summary>
    public ScoredPicture Flipped() => new(_backbone, _head, () =>
    {
        var (recipe, pixels) = (Preprocessing, Pixels);
        var flipped = new float[pixels.Length];

        // A step from one pixel of a row to the next, of as many numbers as lie together for it.
        var together = recipe.Layout == PixelLayout.Nchw ? 1 : pixels.Length / (recipe.Width * recipe.Height);
        for (var i = 0; i < pixels.Length; i++)
        {
            var column = i / together % recipe.Width;
            flipped[i + ((recipe.Width - 1 - (2 * column)) * together)] = pixels[i];
        }

        return flipped;
    });

    public Preprocessing Preprocessing => _backbone.Backbone.Preprocessing;

    public float[] Score(int count, Action<int, float[]> change)
    {
        var (backbone, head) = (_backbone, _head);
        var scores = new float[count * head.ClassCount];
        var length = _pixels.Value.Length;
        var copy = new float[length];
        for (var from = 0; from < count; from += backbone.Network.BatchSize)
        {
            var pixels = new float[Math.Min(backbone.Network.BatchSize, count - from) * length];
            for (var at = 0; at < pixels.Length; at += length)
            {
                _pixels.Value.CopyTo(copy, 0);
                change(from + (at / length), copy);
                copy.CopyTo(pixels, at);
            }

            var values = backbone.Network.Run(BackboneOutput.Features, pixels, pixels.Length / length);
            var features = values[backbone.Network.ValueOf(BackboneOutput.Features)].Floats;
            for (var i = 0; i < pixels.Length / length; i++)
            {
                var row = features.Slice(i * head.FeatureCount, head.FeatureCount);
                for (var c = 0; c < head.ClassCount; c++)
                    scores[((from + i) * head.ClassCount) + c] = Dot(head.WeightsOf(c), row) + head.Biases[c];
            }
        }

        return scores;
    }

    private static float Dot(ReadOnlySpan<float> weights, ReadOnlySpan<float> features)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
            sum += (double)weights[k] * features[k];
        return (float)sum;
    }
}
