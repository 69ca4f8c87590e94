using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = ln(1 + e^x).</summary>
internal sealed class SoftplusOp() : UnaryOp("Softplus")
{
    public override Func<float, float> Function(Node node) =>
        x => x > 0 ? x + LogOnePlus(MathF.Exp(-x)) : LogOnePlus(MathF.Exp(x));

    // Accurate for small u too, where 1 + u rounds to 1.
    private static float LogOnePlus(float u) => (float)Math.Log(1.0 + u);
}
