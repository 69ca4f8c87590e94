namespace MlPipeline.Engine.Ops;

/// <summary>Whether a = b, with broadcasting.</summary>
internal sealed class EqualOp() : ComparisonOp("Equal", onBools: true)
{
    public override bool Holds(double a, double b) => a == b;

    public override bool Holds(long a, long b) => a == b;
}
