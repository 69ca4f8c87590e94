using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = sin x, x in radians.</summary>
internal sealed class SinOp() : UnaryOp("Sin")
{
    public override Func<float, float> Function(Node node) => MathF.Sin;
}
