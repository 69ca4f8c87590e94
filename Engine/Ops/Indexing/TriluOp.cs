using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Indexing;

/// <summary>
/// The upper part of each matrix (the last two dimensions), or the lower one if <c>upper</c> is 0; the rest zero. The diagonal
/// where it begins lies k (a second input, by default 0) to the right of the main one.
/// </summary>
internal sealed class TriluOp() : Op("Trilu", 1, 2, "upper")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => inputs[0]!.Shape!.Length == 2;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        if (inputs.Has(1) && Tensor.LengthOf(inputs.Shape(1)) != 1)
            throw node.Error($"k must be one number, not {ShapeText.Of(inputs.Shape(1))}");
        return inputs.Rank(0) >= 2 ? [inputs.Shape(0)] : throw node.Error($"needs matrices, not {ShapeText.Of(inputs.Shape(0))}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        int rows = inputs.Shape(0)[^2], columns = inputs.Shape(0)[^1];
        var k = inputs.Has(1) ? inputs.Integers(1)[0] : 0;
        var upper = node.Attributes.Int("upper", 1) != 0;
        for (var i = 0; i < outputs[0].Length; i++)
        {
            long right = (i % columns) - (i / columns % rows);
            if (upper ? right >= k : right <= k)
                Array.Copy(inputs.Value(0).Storage, i, outputs[0].Storage, i, 1);
        }
    }
}
