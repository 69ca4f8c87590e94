using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>
/// An operator that tells for each pair of elements, of the types it takes, whether something holds: of real numbers, of whole
/// numbers; truth values are 0 and 1.
/// </summary>
internal abstract class PredicateOp(
    string type, Func<double, double, bool> real, Func<long, long, bool> whole, params ElementType[] types) : PairwiseOp(type)
{
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
                ElementType.Float32 => real(x.Floats[a[i]], y.Floats[b[i]]),
                ElementType.Int64 => whole(x.Int64s[a[i]], y.Int64s[b[i]]),
                ElementType.Int32 => whole(x.Int32s[a[i]], y.Int32s[b[i]]),
                _ => whole(x.Bools[a[i]] ? 1L : 0L, y.Bools[b[i]] ? 1L : 0L),
            };
        }
    }
}

/// <summary>An operator that compares two numbers, with broadcasting.</summary>
internal abstract class ComparisonOp(string type, Func<double, double, bool> real, Func<long, long, bool> whole)
    : PredicateOp(type, real, whole, ElementType.Float32, ElementType.Int64, ElementType.Int32);

/// <summary>An operator on two truth values, with broadcasting.</summary>
internal abstract class LogicalOp(string type, Func<long, long, bool> holds)
    : PredicateOp(type, (a, b) => holds((long)a, (long)b), holds, ElementType.Bool);

/// <summary>Whether a = b, with broadcasting.</summary>
internal sealed class EqualOp() : PredicateOp(
    "Equal", (a, b) => a == b, (a, b) => a == b, ElementType.Float32, ElementType.Int64, ElementType.Int32, ElementType.Bool);

/// <summary>Whether a is greater than b, with broadcasting.</summary>
internal sealed class GreaterOp() : ComparisonOp("Greater", (a, b) => a > b, (a, b) => a > b);

/// <summary>Whether a is not less than b, with broadcasting.</summary>
internal sealed class GreaterOrEqualOp() : ComparisonOp("GreaterOrEqual", (a, b) => a >= b, (a, b) => a >= b);

/// <summary>Whether a is less than b, with broadcasting.</summary>
internal sealed class LessOp() : ComparisonOp("Less", (a, b) => a < b, (a, b) => a < b);

/// <summary>Whether a is not greater than b, with broadcasting.</summary>
internal sealed class LessOrEqualOp() : ComparisonOp("LessOrEqual", (a, b) => a <= b, (a, b) => a <= b);

/// <summary>Whether a and b are both true, with broadcasting.</summary>
internal sealed class AndOp() : LogicalOp("And", (a, b) => (a & b) != 0);

/// <summary>Whether a or b or both are true, with broadcasting.</summary>
internal sealed class OrOp() : LogicalOp("Or", (a, b) => (a | b) != 0);

/// <summary>Whether one of a and b is true, with broadcasting.</summary>
internal sealed class XorOp() : LogicalOp("Xor", (a, b) => (a ^ b) != 0);

/// <summary>True where the input is false.</summary>
internal sealed class NotOp() : Op("Not", 1, 1)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Bool);
        return [ElementType.Bool];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        for (var i = 0; i < outputs[0].Length; i++)
            outputs[0].Bools[i] = !inputs.Value(0).Bools[i];
    }
}
