using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>Y = X.</summary>
internal sealed class IdentityOp() : Op("Identity", 1, 1)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Array.Copy(inputs.Value(0).Storage, outputs[0].Storage, outputs[0].Length);
}
