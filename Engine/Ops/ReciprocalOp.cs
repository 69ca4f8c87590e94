using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = 1 / x.</summary>
internal sealed class ReciprocalOp() : UnaryOp("Reciprocal")
{
    public override Func<float, float> Function(Node node) => x => 1 / x;
}
