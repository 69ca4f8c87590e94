using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>Whether a = b, with broadcasting.</summary>
internal sealed class EqualOp() : PredicateOp("Equal", ElementType.Float32, ElementType.Int64, ElementType.Int32, ElementType.Bool)
{
    protected override bool Holds(double a, double b) => a == b;

    protected override bool Holds(long a, long b) => a == b;
}
