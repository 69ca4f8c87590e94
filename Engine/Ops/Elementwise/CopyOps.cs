using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>Y = X.</summary>
internal sealed class IdentityOp() : Op("Identity", 1, 1)
{
    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) =>
        gradients.OfOutput().CopyTo(gradients.OfInput(0));

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Array.Copy(inputs.Value(0).Storage, outputs[0].Storage, outputs[0].Length);
}

/// <summary>In inference: the input as it is. The optional mask is all true (all 1 before operator set 10).</summary>
internal sealed class DropoutOp() : Op("Dropout", 1, 3, "ratio", "is_test", "seed", "consumed_inputs")
{
    protected override int MaxOutputs => 2;

    /// <summary>The share of elements that training drops (0.5 if not said); null if only the run will know.</summary>
    public static float? Ratio(Node node, Func<string, Tensor?> constantOf)
    {
        if (!node.HasInput(1))
            return node.Attributes.Float("ratio", 0.5f);
        return constantOf(node.Inputs[1]) is { Length: 1, Type: ElementType.Float32 } ratio ? ratio.Floats[0] : null;
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        if (gradients.Has(0))
            gradients.OfOutput().CopyTo(gradients.OfInput(0));
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32);
        Require(node, inputs, 2, ElementType.Bool);
        return CountOutputs(node) == 1 ? [ElementType.Float32]
            : [ElementType.Float32, node.Opset >= 10 ? ElementType.Bool : ElementType.Float32];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        if (inputs.Has(2) && (!inputs.HasValue(2) || inputs.Value(2).Length != 1 || inputs.Value(2).Bools[0]))
            throw node.Error("input 2 (training_mode) must be constant and false: dropping in training is not supported");
        return Repeat(inputs.Shape(0), node);
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        inputs.Floats(0).CopyTo(outputs[0].Floats);
        if (outputs.Length > 1 && outputs[1].Type == ElementType.Bool)
            outputs[1].Bools.Fill(true);
        else if (outputs.Length > 1)
            outputs[1].Floats.Fill(1);
    }
}
