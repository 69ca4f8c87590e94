namespace MlPipeline.Engine.Ops;

/// <summary>Whether a is not greater than b, with broadcasting.</summary>
internal sealed class LessOrEqualOp() : ComparisonOp("LessOrEqual")
{
    protected override bool Holds(double a, double b) => a <= b;

    protected override bool Holds(long a, long b) => a <= b;
}
