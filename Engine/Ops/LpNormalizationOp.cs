using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>Vectors along a dimension (by default the last) brought to length 1, by the 1- or 2-norm (<c>p</c>, by default 2);
/// zeros stay.</summary>
internal sealed class LpNormalizationOp() : Op("LpNormalization", 1, 1, "axis", "p")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        Strided.Axis(node, node.Attributes.Int("axis", -1), inputs[0]!.Shape!.Length) == 0;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("p", 2) is not (1 or 2))
            throw node.Error($"attribute 'p' cannot be {node.Attributes.Int("p")}");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        _ = Strided.Axis(node, node.Attributes.Int("axis", -1), inputs.Rank(0));
        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", -1), shape.Length);
        int size = shape[axis], inner = Strided.Product(shape, axis + 1, shape.Length), outer = Strided.Product(shape, 0, axis);
        var absolute = node.Attributes.Int("p", 2) == 1;
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var vector = 0; vector < outer * inner; vector++)
        {
            var start = (vector / inner * size * inner) + (vector % inner);
            double sum = 0;
            for (var i = 0; i < size; i++)
            {
                double value = x[start + (i * inner)];
                sum += absolute ? Math.Abs(value) : value * value;
            }

            var length = absolute ? sum : Math.Sqrt(sum);
            for (var i = 0; i < size && length != 0; i++)
                y[start + (i * inner)] = (float)(x[start + (i * inner)] / length);
        }
    }
}
