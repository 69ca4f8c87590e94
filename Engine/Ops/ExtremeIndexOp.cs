using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The index of the largest or smallest element along a dimension (<c>axis</c>, by default 0), which is kept as size 1 if
/// <c>keepdims</c> is set, as it is by default. Of equal ones it is the first, or the last if <c>select_last_index</c> is set.
/// </summary>
internal abstract class ExtremeIndexOp(string type) : Op(type, 1, 1, "axis", "keepdims", "select_last_index")
{
    public abstract bool IsBetter(double value, double than);

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int32);
        return [ElementType.Int64];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = [.. inputs.Shape(0)];
        int axis = AxisOf(node, shape.Length);
        if (shape[axis] == 0)
            throw node.Error($"has no elements along dimension {axis}");
        shape[axis] = 1;
        return [node.Attributes.Int("keepdims", 1) != 0 ? shape : [.. shape.Where((_, i) => i != axis)]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        int[] shape = inputs.Shape(0);
        int axis = AxisOf(node, shape.Length);
        int inner = Strided.Product(shape, axis + 1, shape.Length);
        bool last = node.Attributes.Int("select_last_index") != 0;
        Tensor x = inputs.Value(0);
        double At(int i) => x.Type == ElementType.Float32 ? x.Floats[i] : x.Int32s[i];
        for (int i = 0; i < outputs[0].Length; i++)
        {
            int start = (i / inner * shape[axis] * inner) + (i % inner);
            int best = 0;
            for (int k = 1; k < shape[axis]; k++)
            {
                double value = At(start + (k * inner)), than = At(start + (best * inner));
                if (IsBetter(value, than) || (last && value == than))
                    best = k;
            }

            outputs[0].Int64s[i] = best;
        }
    }

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis"), rank);
}
