using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Reductions;

/// <summary>
/// The index of the largest or smallest element along a dimension (<c>axis</c>, by default 0), which is kept as size 1 if
/// <c>keepdims</c> is set, as it is by default. Of equal ones it is the first, or the last if <c>select_last_index</c> is set.
/// What is no number stands out most, as in NumPy.
/// </summary>
internal abstract class ExtremeIndexOp(string type, bool isLargest) : Op(type, 1, 1, "axis", "keepdims", "select_last_index")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int32, ElementType.Int64);
        return [ElementType.Int64];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = [.. inputs.Shape(0)];
        var axis = AxisOf(node, shape.Length);
        if (shape[axis] == 0)
            throw node.Error($"has no elements along dimension {axis}");
        shape[axis] = 1;
        return [node.Attributes.Int("keepdims", 1) != 0 ? shape : [.. shape.Where((_, i) => i != axis)]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = AxisOf(node, shape.Length);
        var inner = Strided.Product(shape, axis + 1, shape.Length);
        var last = node.Attributes.Int("select_last_index") != 0;
        var x = inputs.Value(0);
        for (var i = 0; i < outputs[0].Length; i++)
        {
            var start = (i / inner * shape[axis] * inner) + (i % inner);
            var best = 0;
            for (var k = 1; k < shape[axis]; k++)
            {
                var order = Order(x, start + (k * inner), start + (best * inner));
                if (order > 0 || (last && order == 0))
                    best = k;
            }

            outputs[0].Int64s[i] = best;
        }
    }

    // Positive where the first stands out more.
    private int Order(Tensor x, int first, int second)
    {
        if (x.Type == ElementType.Float32 && (float.IsNaN(x.Floats[first]) || float.IsNaN(x.Floats[second])))
            return float.IsNaN(x.Floats[first]).CompareTo(float.IsNaN(x.Floats[second]));
        var order = x.Type switch
        {
            ElementType.Float32 => x.Floats[first].CompareTo(x.Floats[second]),
            ElementType.Int64 => x.Int64s[first].CompareTo(x.Int64s[second]),
            _ => x.Int32s[first].CompareTo(x.Int32s[second]),
        };
        return isLargest ? order : -order;
    }

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis"), rank);
}

/// <summary>The index of the largest element along a dimension.</summary>
internal sealed class ArgMaxOp() : ExtremeIndexOp("ArgMax", isLargest: true);

/// <summary>The index of the smallest element along a dimension.</summary>
internal sealed class ArgMinOp() : ExtremeIndexOp("ArgMin", isLargest: false);
