using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Indexing;

/// <summary>The inputs one after the other along a dimension.</summary>
internal sealed class ConcatOp() : Op("Concat", 1, int.MaxValue, "axis")
{
    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = gradients.OutputShape();
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        int outer = Strided.Product(shape, 0, axis), row = Strided.Product(shape, axis, shape.Length), offset = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var block = Strided.Product(inputs.Shape(i), axis, shape.Length);
            for (var o = 0; o < outer && gradients.Wants(i); o++)
                gradients.OfOutput().Slice((o * row) + offset, block).CopyTo(gradients.OfInput(i)[(o * block)..]);
            offset += block;
        }
    }

    protected override void Validate(Node node)
    {
        if (node.Opset >= 4 && !node.Attributes.Has("axis"))
            throw node.Error("attribute 'axis' is missing");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        for (var i = 1; i < inputs.Count; i++)
            Require(node, inputs, i, inputs[0]!.Value);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = [.. inputs.Shape(0)];
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        for (var i = 1; i < inputs.Count; i++)
        {
            var other = inputs.Shape(i);
            var fits = other.Length == shape.Length;
            for (var d = 0; fits && d < shape.Length; d++)
                fits = d == axis || other[d] == shape[d];
            if (!fits)
                throw node.Error($"cannot join {ShapeText.Of(inputs.Shape(0))} and {ShapeText.Of(other)} along axis {axis}");
            shape[axis] = Strided.Size(node, (long)shape[axis] + other[axis]);
        }

        return [shape];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = outputs[0].Shape;
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        var outer = Strided.Product(shape, 0, axis);
        var row = Strided.Product(shape, axis, shape.Length);
        var offset = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var block = Strided.Product(inputs.Shape(i), axis, shape.Length);
            for (var o = 0; o < outer; o++)
                Array.Copy(inputs.Value(i).Storage, o * block, outputs[0].Storage, (o * row) + offset, block);
            offset += block;
        }
    }
}

/// <summary>
/// Parts along a dimension (by default the first): of the sizes given (an attribute, since operator set 13 an input), or equal.
/// </summary>
internal sealed class SplitOp() : Op("Split", 1, 2, "axis", "split", "num_outputs")
{
    protected override int MaxOutputs => int.MaxValue;

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    /// <summary>The dimension, and the size of each part along it.</summary>
    public static (int Axis, int[] Sizes) Parts(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        var parts = node.Outputs.Count;
        var given = node.Attributes.Ints("split") ?? (inputs.Has(1) ? inputs.Integers(1) : null);
        if (given != null)
        {
            return given.Length == parts && given.All(s => s >= 0 && s <= shape[axis]) && given.Sum() == shape[axis]
                ? (axis, Array.ConvertAll(given, s => (int)s))
                : throw node.Error(
                    $"cannot split {ShapeText.Of(shape)} along axis {axis} into {parts} parts of [{string.Join(", ", given)}]");
        }

        // Since operator set 18 the last part may be smaller.
        var size = (shape[axis] + parts - 1) / parts;
        var last = shape[axis] - (size * (parts - 1));
        return last == size || (last >= 0 && node.Attributes.Has("num_outputs"))
            ? (axis, [.. Enumerable.Repeat(size, parts - 1), last])
            : throw node.Error($"cannot split {ShapeText.Of(shape)} along axis {axis} into {parts} equal parts");
    }

    protected override void Validate(Node node)
    {
        if (node.Attributes.Has("split") && (node.Opset >= 13 || node.HasInput(1)))
            throw node.Error($"attribute 'split' is an input in operator set {node.Opset}");
        if (!node.Attributes.Has("num_outputs"))
            return;
        if (node.Opset < 18 || node.HasInput(1) || node.Attributes.Int("num_outputs") != node.Outputs.Count)
        {
            throw node.Error(
                $"attribute 'num_outputs' ({node.Attributes.Int("num_outputs")}) does not fit its {node.Outputs.Count} outputs");
        }
    }

    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        (var axis, var sizes) = Parts(node, inputs);
        return [.. sizes.Select(size => inputs.Shape(0).Select((d, i) => i == axis ? size : d).ToArray())];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var axis, var sizes) = Parts(node, inputs);
        var strides = Strided.Strides(inputs.Shape(0));
        var start = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            Strided.Copy(inputs.Value(0), outputs[i], strides, start * strides[axis]);
            start += sizes[i];
        }
    }
}
