using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Activations;

/// <summary>
/// An activation that a rewrite has fused into the node before it. Such a node has, besides its own attributes, <c>activation</c>
/// (the name of the operator in lower case), <c>activation_alpha</c> and <c>activation_beta</c> (its parameters, all given; for
/// clip: the bounds).
/// </summary>
internal static class Activation
{
    public const string Name = "activation";
    public const string Alpha = "activation_alpha";
    public const string Beta = "activation_beta";

    /// <summary>The names of the attributes, for the operators that can carry an activation.</summary>
    public static readonly string[] Attributes = [Name, Alpha, Beta];

    /// <summary>The function a node applies to its results; null if none is fused.</summary>
    public static Func<float, float>? Of(Node node)
    {
        var alpha = node.Attributes.Float(Alpha);
        var beta = node.Attributes.Float(Beta);
        return node.Attributes.Text(Name, "none") switch
        {
            "none" => null,
            "relu" => new ReluOp().Function(node),
            "clip" => x => MathF.Min(MathF.Max(x, alpha), beta),
            "leakyrelu" => x => x >= 0 ? x : alpha * x,
            "elu" => x => x >= 0 ? x : alpha * (MathF.Exp(x) - 1),
            "sigmoid" => new SigmoidOp().Function(node),
            "tanh" => MathF.Tanh,
            "hardsigmoid" => x => MathF.Max(0, MathF.Min(1, (alpha * x) + beta)),
            "hardswish" => new HardSwishOp().Function(node),
            "swish" => x => (float)(x / (1 + Math.Exp((double)-alpha * x))),
            "gelu" => x => (float)(0.5 * x * (1 + ErfOp.ErrorFunction(x / Math.Sqrt(2)))),
            string other => throw node.Error($"has the activation '{other}', which is not known"),
        };
    }

    /// <summary>The attributes by which a node carries the activation of another; null if that cannot be carried.</summary>
    public static (string Name, float Alpha, float Beta)? From(Node activation, IReadOnlyDictionary<string, Tensor> constants) =>
        activation.OpType switch
        {
            "Relu" => ("relu", 0, 0),
            "LeakyRelu" => ("leakyrelu", activation.Attributes.Float("alpha", 0.01f), 0),
            "Elu" => ("elu", activation.Attributes.Float("alpha", 1), 0),
            "Sigmoid" => ("sigmoid", 0, 0),
            "Tanh" => ("tanh", 0, 0),
            "HardSigmoid" => ("hardsigmoid", activation.Attributes.Float("alpha", 0.2f),
                activation.Attributes.Float("beta", 0.5f)),
            "HardSwish" => ("hardswish", 0, 0),
            "Swish" => ("swish", SwishOp.Alpha(activation), 0),
            "Gelu" when activation.Attributes.Text("approximate", "none") == "none" => ("gelu", 0, 0),
            "Clip" => ClipOp.ConstantBounds(activation, constants) is { } bounds ? ("clip", bounds.Min, bounds.Max) : null,
            _ => null,
        };

    /// <summary>Whether a node carries an activation or a residual: then its result is not the plain product.</summary>
    public static bool IsFused(Node node) => node.Attributes.Text(Name, "none") != "none"
        || (node.OpType == "Conv" && node.HasInput(ConvOp.ResidualInput));

    /// <summary>Applies the fused activation, if there is one, to results in place.</summary>
    public static void Apply(Node node, Span<float> values)
    {
        if (Of(node) is not { } function)
            return;
        foreach (ref var value in values)
            value = function(value);
    }
}
