using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = ln(x).</summary>
internal sealed class LogOp() : UnaryOp("Log")
{
    public override Func<float, float> Function(Node node) => x => MathF.Log(x);
}
