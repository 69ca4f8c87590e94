using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Pooling;

/// <summary>An operator that reduces all spatial dimensions to size 1, channel by channel.</summary>
internal abstract class GlobalPoolOp(string type) : Op(type, 1, 1)
{
    protected abstract float Reduce(ReadOnlySpan<float> plane);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        return x.Length < 3
            ? throw node.Error($"needs an input of batch x channels x spatial sizes, not {ShapeText.Of(x)}")
            : [[.. x.Select((size, axis) => axis < 2 ? size : 1)]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var plane = Strided.Product(inputs.Shape(0), 2, inputs.Rank(0));
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
            y[i] = Reduce(inputs.Floats(0).Slice(i * plane, plane));
    }
}

/// <summary>The mean over all spatial dimensions.</summary>
internal sealed class GlobalAveragePoolOp() : GlobalPoolOp("GlobalAveragePool")
{
    protected override float Reduce(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (var value in plane)
            sum += value;
        return (float)(sum / plane.Length);
    }
}

/// <summary>The largest element over all spatial dimensions.</summary>
internal sealed class GlobalMaxPoolOp() : GlobalPoolOp("GlobalMaxPool")
{
    protected override float Reduce(ReadOnlySpan<float> plane)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in plane)
            largest = MathF.Max(largest, value);
        return largest;
    }
}
