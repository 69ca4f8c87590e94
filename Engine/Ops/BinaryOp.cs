using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator on two numbers, with broadcasting, on reals and whole numbers.</summary>
internal abstract class BinaryOp(string type) : PairwiseOp(type)
{
    public abstract float Apply(float a, float b);

    public abstract long Apply(long a, long b);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        RequireBoth(node, inputs, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        switch (x.Type)
        {
            case ElementType.Float32:
                for (var i = 0; i < a.Length; i++)
                    result.Floats[i] = Apply(x.Floats[a[i]], y.Floats[b[i]]);

                break;
            case ElementType.Int64:
                for (var i = 0; i < a.Length; i++)
                    result.Int64s[i] = Apply(x.Int64s[a[i]], y.Int64s[b[i]]);

                break;
            default:
                for (var i = 0; i < a.Length; i++)
                    result.Int32s[i] = (int)Apply((long)x.Int32s[a[i]], y.Int32s[b[i]]);

                break;
        }
    }
}
