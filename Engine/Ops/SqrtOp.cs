using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = the square root of x.</summary>
internal sealed class SqrtOp() : UnaryOp("Sqrt")
{
    public override Func<float, float> Function(Node node) => x => MathF.Sqrt(x);
}
