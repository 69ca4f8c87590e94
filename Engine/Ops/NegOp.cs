using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = -x.</summary>
internal sealed class NegOp() : SignedUnaryOp("Neg")
{
    public override Func<float, float> Function(Node node) => x => -x;

    public override long Apply(long x) => unchecked(-x);
}
