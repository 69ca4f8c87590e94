using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = the nearest whole number, the even one of two.</summary>
internal sealed class RoundOp() : UnaryOp("Round")
{
    public override Func<float, float> Function(Node node) => x => MathF.Round(x, MidpointRounding.ToEven);
}
