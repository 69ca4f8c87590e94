using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = e^x.</summary>
internal sealed class ExpOp() : UnaryOp("Exp")
{
    public override Func<float, float> Function(Node node) => x => MathF.Exp(x);
}
