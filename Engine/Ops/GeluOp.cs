using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x times the normal distribution's share below x (Hendrycks and Gimpel 2016), exact or by tanh.</summary>
internal sealed class GeluOp() : UnaryOp("Gelu", "approximate")
{
    public override Func<float, float> Function(Node node) => node.Attributes.Text("approximate", "none") == "tanh"
        ? x => (float)(0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))))
        : x => (float)(0.5 * x * (1 + ErfOp.ErrorFunction(x / Math.Sqrt(2))));

    protected override void Validate(Node node)
    {
        if (node.Attributes.Text("approximate", "none") is not ("none" or "tanh"))
            throw node.Error($"attribute 'approximate' cannot be '{node.Attributes.Text("approximate")}'");
    }
}
