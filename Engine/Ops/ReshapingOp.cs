using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that keeps the elements and their order, and changes the dimensions only.</summary>
internal abstract class ReshapingOp(string type, int minInputs, int maxInputs, params string[] attributes)
    : Op(type, minInputs, maxInputs, attributes)
{
    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override Tensor[] Compute(Node node, OpInputs inputs, ElementType[] types) =>
        [inputs.Value(0).Reshape(OutputShapes(node, inputs)[0])];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) => throw new NotSupportedException();

    /// <summary>Axes from the attribute, or, where it became one, from input 1; null if neither is given.</summary>
    protected static long[]? Axes(Node node, OpInputs inputs) =>
        node.Attributes.Ints("axes") ?? (inputs.Has(1) ? inputs.Integers(1) : null);

    /// <summary>Refuses axes that are given the way of another operator set.</summary>
    protected static void ValidateAxes(Node node, int inputSince)
    {
        if (node.Attributes.Has("axes") && node.Opset >= inputSince)
            throw node.Error($"attribute 'axes' is an input in operator set {node.Opset}");

        if (node.Inputs.Count > 1 && node.Opset < inputSince)
            throw node.Error($"the axes are an attribute in operator set {node.Opset}");
    }
}
