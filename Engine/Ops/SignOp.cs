using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = -1, 0 or 1, as x is negative, zero or positive.</summary>
internal sealed class SignOp() : SignedUnaryOp("Sign")
{
    public override Func<float, float> Function(Node node) => x => float.IsNaN(x) ? x : MathF.Sign(x);

    public override long Apply(long x) => Math.Sign(x);
}
