using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = 1 / (1 + e^-x).</summary>
internal sealed class SigmoidOp() : UnaryOp("Sigmoid")
{
    public override Func<float, float> Function(Node node) =>
        x => x >= 0 ? 1 / (1 + MathF.Exp(-x)) : MathF.Exp(x) / (1 + MathF.Exp(x));
}
