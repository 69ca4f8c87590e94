using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>A picture, decoded and prepared when it is first needed, before a model's network and linear head. Of several views
/// the first is scored.</summary>
internal sealed class ScoredPicture(BackboneTransformer backbone, LinearHeadWeights head, Picture picture) : IScoredPicture
{
    private readonly Lazy<float[]> _pixels = new(() =>
    {
        var recipe = backbone.Backbone.Preprocessing;
        using var raster = picture.Decode(backbone.Options.Decode with { AtLeast = recipe.EnoughSource });
        using var prepared = recipe.Prepare(raster);
        var pixels = new float[recipe.Length];
        recipe.Write(prepared, pixels);
        return pixels;
    });

    public Preprocessing Preprocessing => backbone.Backbone.Preprocessing;

    public float[] Score(int count, Action<int, float[]> change)
    {
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
