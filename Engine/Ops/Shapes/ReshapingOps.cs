using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

/// <summary>An operator that keeps the elements and their order, and changes the dimensions only.</summary>
internal abstract class ReshapingOp(string type, int minInputs, int maxInputs, params string[] attributes)
    : Op(type, minInputs, maxInputs, attributes)
{
    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) =>
        gradients.OfOutput().CopyTo(gradients.OfInput(0));

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

/// <summary>A matrix: the dimensions before <c>axis</c> (by default 1) become the rows, the others the columns.</summary>
internal sealed class FlattenOp() : ReshapingOp("Flatten", 1, 1, "axis")
{
    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length, orEnd: true);
        return [[Strided.Product(shape, 0, axis), Strided.Product(shape, axis, shape.Length)]];
    }
}

/// <summary>
/// The same elements under other dimensions. In the target, 0 means the input's size (or, with <c>allowzero</c>, zero) and one -1
/// means what is left.
/// </summary>
internal sealed class ReshapeOp() : ReshapingOp("Reshape", 1, 2, "shape", "allowzero", "consumed_inputs")
{
    protected override void Validate(Node node)
    {
        if (node.Attributes.Has("shape") == node.Inputs.Count > 1)
            throw node.Error("needs a target shape, as an input or (before operator set 5) as an attribute");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var input = inputs.Shape(0);
        var target = node.Attributes.Ints("shape") ?? inputs.Integers(1);
        string Problem() => $"cannot reshape {ShapeText.Of(input)} to [{string.Join("x", target)}]";

        var zeroIsZero = node.Attributes.Int("allowzero") != 0;
        var shape = new int[target.Length];
        var open = -1;
        long known = 1;
        for (var i = 0; i < target.Length; i++)
        {
            if (target[i] == -1 && open < 0)
            {
                open = i;
                continue;
            }

            var size = target[i] != 0 || zeroIsZero ? target[i] : i < input.Length ? input[i] : throw node.Error(Problem());
            if (size is < 0 or > int.MaxValue)
                throw node.Error(Problem());
            shape[i] = (int)size;
            known *= size;
            if (known > int.MaxValue)
                throw node.Error(Problem());
        }

        var length = Tensor.LengthOf(input);
        if (open >= 0)
        {
            if (known == 0 || length % known != 0)
                throw node.Error(Problem());
            shape[open] = (int)(length / known);
            known = length;
        }

        return known == length ? [shape] : throw node.Error(Problem());
    }
}

/// <summary>
/// Leaves dimensions of size 1 out: those in <c>axes</c> (an attribute, since operator set 13 an input), or all.
/// </summary>
internal sealed class SqueezeOp() : ReshapingOp("Squeeze", 1, 2, "axes")
{
    protected override void Validate(Node node) => ValidateAxes(node, inputSince: 13);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        if (Axes(node, inputs) is not { } given)
            return [[.. shape.Where(size => size != 1)]];
        if (given.Length == 0)
            throw node.Error("has an empty list of axes, of which it is not said whether it means none or all");
        var axes = Strided.Axes(node, given, shape.Length);
        foreach (var axis in axes)
        {
            if (shape[axis] != 1)
                throw node.Error($"dimension {axis} of {ShapeText.Of(shape)} is not 1");
        }

        return [[.. shape.Where((_, axis) => !axes.Contains(axis))]];
    }
}

/// <summary>
/// Puts dimensions of size 1 where <c>axes</c> (an attribute, since operator set 13 an input) says they are in the output.
/// </summary>
internal sealed class UnsqueezeOp() : ReshapingOp("Unsqueeze", 1, 2, "axes")
{
    protected override void Validate(Node node)
    {
        ValidateAxes(node, inputSince: 13);
        if (!node.Attributes.Has("axes") && !node.HasInput(1))
            throw node.Error("has no axes");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var given = Axes(node, inputs)!;
        var rank = shape.Length + given.Length;
        var axes = Strided.Axes(node, given, rank);
        Queue<int> sizes = new(shape);
        return [[.. Enumerable.Range(0, rank).Select(axis => axes.Contains(axis) ? 1 : sizes.Dequeue())]];
    }
}
