using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Pooling;

/// <summary>An operator that reduces all spatial dimensions to size 1, channel by channel.</summary>
internal abstract class GlobalPoolOp(string type) : Op(type, 1, 1)
{
    protected abstract float Reduce(ReadOnlySpan<float> plane);

    /// <summary>Adds to the gradient of a plane, for the gradient of what it was reduced to.</summary>
    protected abstract void Spread(ReadOnlySpan<float> plane, float gradient, Span<float> target);

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var plane = Strided.Product(inputs.Shape(0), 2, inputs.Rank(0));
        var dy = gradients.OfOutput();
        for (var i = 0; i < dy.Length; i++)
            Spread(inputs.Floats(0).Slice(i * plane, plane), dy[i], gradients.OfInput(0).Slice(i * plane, plane));
    }

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

    protected override void Spread(ReadOnlySpan<float> plane, float gradient, Span<float> target)
    {
        foreach (ref var value in target)
            value += gradient / plane.Length;
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

    // The first of several largest takes all, as everywhere.
    protected override void Spread(ReadOnlySpan<float> plane, float gradient, Span<float> target) =>
        target[plane.IndexOf(Reduce(plane))] += gradient;
}
