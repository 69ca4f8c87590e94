using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that tells for each pair of elements, of the types it takes, whether something holds.</summary>
internal abstract class PredicateOp(string type, params ElementType[] types) : PairwiseOp(type)
{
    /// <summary>Whether it holds for real numbers.</summary>
    protected virtual bool Holds(double a, double b) => throw new NotSupportedException();

    /// <summary>Whether it holds for whole numbers; truth values are 0 and 1.</summary>
    protected abstract bool Holds(long a, long b);

    protected sealed override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        RequireBoth(node, inputs, types);
        return [ElementType.Bool];
    }

    protected sealed override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        var holds = result.Bools;
        for (var i = 0; i < a.Length; i++)
        {
            holds[i] = x.Type switch
            {
                ElementType.Float32 => Holds((double)x.Floats[a[i]], y.Floats[b[i]]),
                ElementType.Int64 => Holds(x.Int64s[a[i]], y.Int64s[b[i]]),
                ElementType.Int32 => Holds((long)x.Int32s[a[i]], y.Int32s[b[i]]),
                _ => Holds(x.Bools[a[i]] ? 1L : 0L, y.Bools[b[i]] ? 1L : 0L),
            };
        }
    }
}
