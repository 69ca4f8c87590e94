using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = the smallest whole number not below x.</summary>
internal sealed class CeilOp() : UnaryOp("Ceil")
{
    public override Func<float, float> Function(Node node) => x => MathF.Ceiling(x);
}
