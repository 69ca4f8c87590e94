using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>A tensor of the shape that the input holds, filled with one value (zero if none is given).</summary>
internal sealed class ConstantOfShapeOp() : Op("ConstantOfShape", 1, 1, "value")
{
    private static readonly Tensor Zero = Tensor.Zeros(ElementType.Float32, 1);

    protected override void Validate(Node node)
    {
        if (Filling(node).Length != 1)
            throw node.Error($"attribute 'value' must be one element, not {Filling(node)}");
    }

    public override bool ShapedBy(Node node, int input) => true;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Int64);
        return [Filling(node).Type];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Array.ConvertAll(inputs.Integers(0), size => checked((int)size))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Strided.Gather(Filling(node), outputs[0], new int[outputs[0].Length]);

    private static Tensor Filling(Node node) => node.Attributes.TensorValue("value") ?? Zero;
}
