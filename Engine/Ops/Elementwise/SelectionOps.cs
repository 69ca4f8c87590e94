using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>y = min(max(x, min), max); the bounds are attributes, since operator set 11 inputs, and may be left out.</summary>
internal sealed class ClipOp() : Op("Clip", 1, 3, "min", "max", "consumed_inputs")
{
    private const int BoundsAreInputsSince = 11;

    /// <summary>The bounds of a clip of real numbers; null if they are not constant.</summary>
    public static (float Min, float Max)? ConstantBounds(Node node, IReadOnlyDictionary<string, Tensor> constants)
    {
        float?[] bounds = [node.Attributes.Float("min", float.NegativeInfinity),
            node.Attributes.Float("max", float.PositiveInfinity)];
        for (var i = 1; i <= 2; i++)
        {
            if (node.HasInput(i))
            {
                bounds[i - 1] = constants.TryGetValue(node.Inputs[i], out var t)
                    && t is { Type: ElementType.Float32, Length: 1 } ? t.Floats[0] : null;
            }
        }

        return bounds[0] is { } min && bounds[1] is { } max ? (min, max) : null;
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        if (!gradients.Wants(0))
            return;
        var min = inputs.Has(1) ? inputs.Floats(1)[0] : node.Attributes.Float("min", float.NegativeInfinity);
        var max = inputs.Has(2) ? inputs.Floats(2)[0] : node.Attributes.Float("max", float.PositiveInfinity);
        ReadOnlySpan<float> x = inputs.Floats(0), dy = gradients.OfOutput();
        var dx = gradients.OfInput(0);
        for (var i = 0; i < dx.Length; i++)
            dx[i] += x[i] > min && x[i] < max ? dy[i] : 0;
    }

    protected override void Validate(Node node)
    {
        if (node.Opset >= BoundsAreInputsSince && (node.Attributes.Has("min") || node.Attributes.Has("max")))
            throw node.Error($"attributes 'min' and 'max' are inputs in operator set {node.Opset}");
        if (node.Opset < BoundsAreInputsSince && node.Inputs.Count > 1)
            throw node.Error($"the bounds are attributes in operator set {node.Opset}");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (node.Opset >= 12)
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        else
            Require(node, inputs, 0, ElementType.Float32);
        for (var i = 1; i < inputs.Count; i++)
            Require(node, inputs, i, inputs[0]!.Value);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        for (var i = 1; i < inputs.Count; i++)
        {
            if (inputs.Has(i) && Tensor.LengthOf(inputs.Shape(i)) != 1)
                throw node.Error($"a bound must be one number, not {ShapeText.Of(inputs.Shape(i))}");
        }

        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var x = inputs.Value(0);
        if (x.Type == ElementType.Float32)
        {
            var min = inputs.Has(1) ? inputs.Floats(1)[0] : node.Attributes.Float("min", float.NegativeInfinity);
            var max = inputs.Has(2) ? inputs.Floats(2)[0] : node.Attributes.Float("max", float.PositiveInfinity);
            for (var i = 0; i < x.Length; i++)
                outputs[0].Floats[i] = MathF.Min(MathF.Max(x.Floats[i], min), max);
            return;
        }

        var least = inputs.Has(1) ? inputs.Integers(1)[0] : long.MinValue;
        var most = inputs.Has(2) ? inputs.Integers(2)[0] : long.MaxValue;
        for (var i = 0; i < x.Length; i++)
        {
            if (x.Type == ElementType.Int64)
                outputs[0].Int64s[i] = Math.Min(Math.Max(x.Int64s[i], least), most);
            else
                outputs[0].Int32s[i] = (int)Math.Min(Math.Max(x.Int32s[i], least), most);
        }
    }
}

/// <summary>The second input where the first is true, the third elsewhere, with broadcasting.</summary>
internal sealed class WhereOp() : Op("Where", 3, 3)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Bool);
        Require(node, inputs, 2, inputs[1]!.Value);
        return [inputs[1]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Broadcast.Shape(node, Broadcast.Shape(node, inputs.Shape(0), inputs.Shape(1)), inputs.Shape(2))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = outputs[0].Shape;
        var condition = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        var a = Strided.BroadcastOffsets(inputs.Shape(1), shape);
        var b = Strided.BroadcastOffsets(inputs.Shape(2), shape);
        for (var i = 0; i < condition.Length; i++)
        {
            var first = inputs.Value(0).Bools[condition[i]];
            Array.Copy(inputs.Value(first ? 1 : 2).Storage, first ? a[i] : b[i], outputs[0].Storage, i, 1);
        }
    }
}
