using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x max(0, min(1, x / 6 + 0.5)).</summary>
internal sealed class HardSwishOp() : UnaryOp("HardSwish")
{
    public override Func<float, float> Function(Node node) => x => x * MathF.Max(0, MathF.Min(1, (x / 6) + 0.5f));
}
