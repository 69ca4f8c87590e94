using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>
/// The remainder of whole numbers, with broadcasting and the sign of the divisor; with <c>fmod</c>, and of reals, that of the
/// dividend.
/// </summary>
internal sealed class ModOp() : PairwiseOp("Mod", "fmod")
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        RequireBoth(node, inputs, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return inputs[0] == ElementType.Float32 && node.Attributes.Int("fmod") == 0
            ? throw node.Error("needs 'fmod' for real numbers")
            : [inputs[0]!.Value];
    }

    protected override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        RefuseZeros(node, y);
        var truncated = node.Attributes.Int("fmod") != 0;
        long Remainder(long dividend, long divisor)
        {
            var left = divisor == -1 ? 0 : dividend % divisor;
            return truncated || left == 0 || (dividend < 0) == (divisor < 0) ? left : left + divisor;
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (x.Type == ElementType.Float32)
                result.Floats[i] = x.Floats[a[i]] % y.Floats[b[i]];
            else if (x.Type == ElementType.Int64)
                result.Int64s[i] = Remainder(x.Int64s[a[i]], y.Int64s[b[i]]);
            else
                result.Int32s[i] = (int)Remainder(x.Int32s[a[i]], y.Int32s[b[i]]);
        }
    }

    /// <summary>Throws if a whole number would be divided by zero.</summary>
    public static void RefuseZeros(Node node, Tensor divisors)
    {
        var hasZero = divisors.Type switch
        {
            ElementType.Int64 => divisors.Int64s.Contains(0),
            ElementType.Int32 => divisors.Int32s.Contains(0),
            _ => false,
        };
        if (hasZero)
            throw node.Error("divides a whole number by zero");
    }
}
