using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>True where the input is false.</summary>
internal sealed class NotOp() : Op("Not", 1, 1)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Bool);
        return [ElementType.Bool];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        for (var i = 0; i < outputs[0].Length; i++)
            outputs[0].Bools[i] = !inputs.Value(0).Bools[i];
    }
}
