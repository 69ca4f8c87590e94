using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The remainder of whole numbers, with broadcasting and the sign of the divisor; with <c>fmod</c>, and of reals, that of the
/// dividend.
/// </summary>
internal sealed class ModOp() : Op("Mod", 2, 2, "fmod")
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, inputs[0]!.Value);
        return inputs[0] == ElementType.Float32 && node.Attributes.Int("fmod") == 0
            ? throw node.Error("needs 'fmod' for real numbers")
            : [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Broadcast.Shape(node, inputs.Shape(0), inputs.Shape(1))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        bool truncated = node.Attributes.Int("fmod") != 0;
        long Remainder(long a, long b) => truncated || a % b == 0 || (a < 0) == (b < 0) ? a % b : (a % b) + b;

        int[] a = Strided.BroadcastOffsets(inputs.Shape(0), outputs[0].Shape);
        int[] b = Strided.BroadcastOffsets(inputs.Shape(1), outputs[0].Shape);
        Tensor x = inputs.Value(0);
        Tensor y = inputs.Value(1);
        for (int i = 0; i < a.Length; i++)
        {
            if (x.Type == ElementType.Float32)
                outputs[0].Floats[i] = x.Floats[a[i]] % y.Floats[b[i]];
            else if (x.Type == ElementType.Int64)
                outputs[0].Int64s[i] = Remainder(x.Int64s[a[i]], y.Int64s[b[i]]);
            else
                outputs[0].Int32s[i] = (int)Remainder(x.Int32s[a[i]], y.Int32s[b[i]]);
        }
    }
}
