using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Benchmarks;

/// <summary>What a backbone is run on where only its time counts.</summary>
internal static class BackboneNoise
{
    /// <summary>A batch of noise, the same each time, by the name of the network's input.</summary>
    public static Dictionary<string, Tensor> Of(Backbone backbone, int batch)
    {
        int[] shape = [batch, 3, backbone.Preprocessing.Height, backbone.Preprocessing.Width];
        var random = new SeededRandom(1);
        float[] pixels = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => (float)random.NextDouble())];
        return new Dictionary<string, Tensor> { [backbone.Graph.Inputs[0].Name] = Tensor.Of(pixels, shape) };
    }
}
