using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Activations;

/// <summary>
/// y = x where x is at least 0, slope x elsewhere, the slope broadcast to x. Before operator set 7 it is one number, or one per
/// channel.
/// </summary>
internal sealed class PReluOp() : Op("PRelu", 2, 2, "consumed_inputs")
{
    /// <summary>The slope's shape by today's rule of broadcasting.</summary>
    public static int[] SlopeShape(Node node, int[] x, int[] slope)
    {
        var aligned = node.Opset < 7 && slope.Length == 1 && x.Length > 2 ? [slope[0], .. Enumerable.Repeat(1, x.Length - 2)]
            : slope;
        return Broadcast.Shape(node, x, aligned).AsSpan().SequenceEqual(x)
            ? aligned
            : throw node.Error($"a slope of {ShapeText.Of(slope)} cannot be broadcast to {ShapeText.Of(x)}");
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var at = Strided.BroadcastOffsets(SlopeShape(node, inputs.Shape(0), inputs.Shape(1)), inputs.Shape(0));
        ReadOnlySpan<float> x = inputs.Floats(0), slope = inputs.Floats(1), dy = gradients.OfOutput();
        var slopes = new double[slope.Length];
        for (var i = 0; i < at.Length; i++)
        {
            if (gradients.Wants(0))
                gradients.OfInput(0)[i] += x[i] > 0 ? dy[i] : slope[at[i]] * dy[i];
            slopes[at[i]] += x[i] > 0 ? 0 : (double)x[i] * dy[i];
        }

        for (var i = 0; i < slopes.Length && gradients.Wants(1); i++)
            gradients.OfInput(1)[i] += (float)slopes[i];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        _ = SlopeShape(node, inputs.Shape(0), inputs.Shape(1));
        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var at = Strided.BroadcastOffsets(SlopeShape(node, inputs.Shape(0), inputs.Shape(1)), outputs[0].Shape);
        ReadOnlySpan<float> x = inputs.Floats(0);
        for (var i = 0; i < at.Length; i++)
            outputs[0].Floats[i] = x[i] >= 0 ? x[i] : x[i] * inputs.Floats(1)[at[i]];
    }
}
