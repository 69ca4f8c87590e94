using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Activations;

/// <summary>
/// e^x over the sum of e^x, or its logarithm: along one dimension (by default the last), or, before operator set 13, over all
/// dimensions from <c>axis</c> (by default 1) on together.
/// </summary>
internal class SoftmaxOp(string type = "Softmax", bool isLogarithm = false) : Op(type, 1, 1, "axis")
{
    /// <summary>How the elements fall into distributions: outer x size x inner, each normalised over the middle one.</summary>
    public static (int Outer, int Size, int Inner) Blocks(Node node, int[] shape)
    {
        var flattens = node.Opset < 13;
        var axis = Strided.Axis(node, node.Attributes.Int("axis", flattens ? 1 : -1), shape.Length, orEnd: flattens);
        var outer = Strided.Product(shape, 0, axis);
        return flattens
            ? (outer, Strided.Product(shape, axis, shape.Length), 1)
            : (outer, shape[axis], Strided.Product(shape, axis + 1, shape.Length));
    }

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs)
    {
        var rank = inputs[0]!.Shape!.Length;
        var axis = node.Attributes.Int("axis", node.Opset < 13 ? 1 : -1);
        return axis == 0 || axis == -rank;
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Outputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        (var outer, var size, var inner) = Blocks(node, inputs.Shape(0));
        ReadOnlySpan<float> y = gradients.Output(), dy = gradients.OfOutput();
        var dx = gradients.OfInput(0);
        for (var block = 0; block < outer * inner; block++)
        {
            var start = (block / inner * size * inner) + (block % inner);
            double sum = 0;
            for (var i = start; i < start + (size * inner); i += inner)
                sum += isLogarithm ? dy[i] : (double)dy[i] * y[i];
            for (var i = start; i < start + (size * inner); i += inner)
                dx[i] += (float)(isLogarithm ? dy[i] - (Math.Exp(y[i]) * sum) : y[i] * (dy[i] - sum));
        }
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        _ = Blocks(node, inputs.Shape(0));
        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var outer, var size, var inner) = Blocks(node, inputs.Shape(0));
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var block = 0; block < outer * inner; block++)
        {
            var start = (block / inner * size * inner) + (block % inner);
            var largest = float.NegativeInfinity;
            for (var i = 0; i < size; i++)
                largest = MathF.Max(largest, x[start + (i * inner)]);
            double sum = 0;
            for (var i = 0; i < size; i++)
                sum += Math.Exp((double)x[start + (i * inner)] - largest);
            for (var i = 0; i < size; i++)
            {
                var shifted = (double)x[start + (i * inner)] - largest;
                y[start + (i * inner)] = (float)(isLogarithm ? shifted - Math.Log(sum) : Math.Exp(shifted) / sum);
            }
        }
    }
}

/// <summary>The logarithm of <see cref="SoftmaxOp"/>.</summary>
internal sealed class LogSoftmaxOp() : SoftmaxOp("LogSoftmax", isLogarithm: true);

/// <summary>
/// 1 at the first of the largest elements (what is no number counts as such), 0 elsewhere, over the same dimensions as
/// <see cref="SoftmaxOp"/>.
/// </summary>
internal sealed class HardmaxOp() : SoftmaxOp("Hardmax")
{
    public override ForwardValues? NeededByBackward(Node node) => null;

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var outer, var size, var inner) = Blocks(node, inputs.Shape(0));
        ReadOnlySpan<float> x = inputs.Floats(0);
        for (var block = 0; block < outer * inner && size > 0; block++)
        {
            var start = (block / inner * size * inner) + (block % inner);
            var largest = start;
            for (var at = start; at < start + (size * inner) && !float.IsNaN(x[largest]); at += inner)
                largest = x[at] <= x[largest] ? largest : at;
            outputs[0].Floats[largest] = 1;
        }
    }
}
