using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = cos x, x in radians.</summary>
internal sealed class CosOp() : UnaryOp("Cos")
{
    public override Func<float, float> Function(Node node) => MathF.Cos;
}
