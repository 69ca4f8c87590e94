using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The number of elements, as a whole number.</summary>
internal sealed class SizeOp() : Op("Size", 1, 1)
{
    public override bool ValueFollowsFromShapes => true;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => [ElementType.Int64];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [[]];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        outputs[0].Int64s[0] = Tensor.LengthOf(inputs.Shape(0));
}
