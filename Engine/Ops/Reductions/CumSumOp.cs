using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Reductions;

/// <summary>
/// Sums of all elements so far along a dimension (a single whole number), from the end with <c>reverse</c>, and without the
/// element itself with <c>exclusive</c>.
/// </summary>
internal sealed class CumSumOp() : Op("CumSum", 2, 2, "exclusive", "reverse")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        inputs[1]!.Value == null || AxisOf(node, new OpInputs(node, inputs)) == 0;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        if (inputs.HasValue(1))
            _ = AxisOf(node, inputs);
        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        int axis = AxisOf(node, inputs), size = shape[axis], inner = Strided.Product(shape, axis + 1, shape.Length);
        bool excludes = node.Attributes.Int("exclusive") != 0, reverses = node.Attributes.Int("reverse") != 0;
        (var x, var y) = (inputs.Value(0), outputs[0]);
        for (var vector = 0; vector < Strided.Product(shape, 0, axis) * inner; vector++)
        {
            var start = (vector / inner * size * inner) + (vector % inner);
            double sum = 0;
            long whole = 0;
            for (var i = 0; i < size; i++)
            {
                var at = start + ((reverses ? size - 1 - i : i) * inner);
                (var before, var wholeBefore) = (sum, whole);
                switch (x.Type)
                {
                    case ElementType.Float32:
                        sum += x.Floats[at];
                        y.Floats[at] = (float)(excludes ? before : sum);
                        break;
                    case ElementType.Int64:
                        whole = unchecked(whole + x.Int64s[at]);
                        y.Int64s[at] = excludes ? wholeBefore : whole;
                        break;
                    default:
                        whole = unchecked(whole + x.Int32s[at]);
                        y.Int32s[at] = (int)(excludes ? wholeBefore : whole);
                        break;
                }
            }
        }
    }

    private static int AxisOf(Node node, OpInputs inputs) => inputs.Integers(1) is [long axis]
        ? Strided.Axis(node, axis, inputs.Rank(0))
        : throw node.Error("needs one axis");
}
