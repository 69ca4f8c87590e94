using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x tanh(ln(1 + e^x)) (Misra 2019).</summary>
internal sealed class MishOp() : UnaryOp("Mish")
{
    public override Func<float, float> Function(Node node) => x => (float)(x * Math.Tanh(x > 20 ? x : Math.Log(1 + Math.Exp(x))));
}
