using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>Elements converted to the type of another value, of which nothing else matters.</summary>
internal sealed class CastLikeOp() : Op("CastLike", 2, 2, "saturate", "round_mode")
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => [inputs[1]!.Value];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        CastOp.Convert(inputs.Value(0), outputs[0], outputs[0].Type);
}
