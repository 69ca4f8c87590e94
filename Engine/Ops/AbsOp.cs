using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = |x|.</summary>
internal sealed class AbsOp() : SignedUnaryOp("Abs")
{
    public override Func<float, float> Function(Node node) => x => MathF.Abs(x);

    public override long Apply(long x) => x < 0 ? unchecked(-x) : x;
}
