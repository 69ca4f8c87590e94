using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// y = x / (1 + e^(-alpha x)) (alpha: 1; Ramachandran et al. 2017). Files have it as a product with a sigmoid, from which a
/// rewrite makes it.
/// </summary>
internal sealed class SwishOp() : UnaryOp("Swish", "alpha")
{
    public static float Alpha(Node node) => node.Attributes.Float("alpha", 1);

    public override Func<float, float> Function(Node node)
    {
        double alpha = Alpha(node);
        return x => (float)(x / (1 + Math.Exp(-alpha * x)));
    }
}
