using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

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
        [Array.ConvertAll(inputs.Integers(0), size => Strided.Size(node, size))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Strided.Gather(Filling(node), outputs[0], new int[outputs[0].Length]);

    private static Tensor Filling(Node node) => node.Attributes.TensorValue("value") ?? Zero;
}

/// <summary>Numbers from a start up to, and without, a limit, in steps: three single numbers of one type.</summary>
internal sealed class RangeOp() : Op("Range", 3, 3)
{
    public override bool ShapedBy(Node node, int input) => true;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, inputs[0]!.Value);
        Require(node, inputs, 2, inputs[0]!.Value);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        for (var i = 0; i < 3; i++)
        {
            if (Tensor.LengthOf(inputs.Shape(i)) != 1)
                throw node.Error($"input {i} must be one number, not {ShapeText.Of(inputs.Shape(i))}");
        }

        if (inputs.Type(0) == ElementType.Float32)
        {
            var reals = Math.Ceiling(((double)inputs.Floats(1)[0] - inputs.Floats(0)[0]) / inputs.Floats(2)[0]);
            return reals <= Array.MaxLength
                ? [[(int)Math.Max(0, reals)]]
                : throw node.Error($"would give {reals} numbers");
        }

        (var start, var limit, var step) = (inputs.Integers(0)[0], inputs.Integers(1)[0], inputs.Integers(2)[0]);
        if (step == 0)
            throw node.Error("has a step of 0");
        (var steps, var rest) = Int128.DivRem((Int128)limit - start, step);
        var count = steps + (rest == 0 || limit < start != step < 0 ? 0 : 1);
        return [[Strided.Size(node, (long)Int128.Clamp(count, 0, long.MaxValue))]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var y = outputs[0];
        for (var i = 0; i < y.Length; i++)
        {
            if (y.Type == ElementType.Float32)
                y.Floats[i] = (float)(inputs.Floats(0)[0] + ((double)i * inputs.Floats(2)[0]));
            else if (y.Type == ElementType.Int64)
                y.Int64s[i] = inputs.Integers(0)[0] + (i * inputs.Integers(2)[0]);
            else
                y.Int32s[i] = (int)(inputs.Integers(0)[0] + (i * inputs.Integers(2)[0]));
        }
    }
}
