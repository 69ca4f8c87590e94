namespace MlPipeline.Engine.Ops;

/// <summary>Whether a is less than b, with broadcasting.</summary>
internal sealed class LessOp() : ComparisonOp("Less")
{
    protected override bool Holds(double a, double b) => a < b;

    protected override bool Holds(long a, long b) => a < b;
}
