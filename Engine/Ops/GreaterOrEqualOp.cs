namespace MlPipeline.Engine.Ops;

/// <summary>Whether a is not less than b, with broadcasting.</summary>
internal sealed class GreaterOrEqualOp() : ComparisonOp("GreaterOrEqual")
{
    protected override bool Holds(double a, double b) => a >= b;

    protected override bool Holds(long a, long b) => a >= b;
}
