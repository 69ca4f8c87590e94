using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

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
            known = checked(known * size);
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
