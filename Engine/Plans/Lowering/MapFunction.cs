using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Ops.Activations;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>A function of one number that kernels do in vectors, with its parameters.</summary>
internal readonly record struct MapFunction(FunctionKind Kind, float Alpha, float Beta)
{
    // Of the hard swish: x / 6 + 1/2.
    private const float SixthPart = 1 / 6f;

    /// <summary>The function that an operator is; null if it has no kernel.</summary>
    public static MapFunction? Of(Node node) => node.OpType switch
    {
        "Sigmoid" => new(FunctionKind.Sigmoid, 0, 0),
        "Swish" => Swish(SwishOp.Alpha(node)),
        "HardSigmoid" => new(FunctionKind.HardSigmoid, node.Attributes.Float("alpha", 0.2f), node.Attributes.Float("beta", 0.5f)),
        "HardSwish" => new(FunctionKind.HardSwish, SixthPart, 0.5f),
        "Tanh" => new(FunctionKind.Tanh, 0, 0),
        "Elu" => new(FunctionKind.Elu, node.Attributes.Float("alpha", 1), 0),
        "LeakyRelu" => new(FunctionKind.LeakyRelu, node.Attributes.Float("alpha", 0.01f), 0),
        "Erf" => new(FunctionKind.Erf, 0, 0),
        "Gelu" => new(node.Attributes.Text("approximate", "none") == "tanh" ? FunctionKind.GeluByTanh : FunctionKind.Gelu, 0, 0),
        "Mish" => new(FunctionKind.Mish, 0, 0),
        _ => null,
    };

    /// <summary>The function that a node carries as its activation; null if it has no kernel.</summary>
    public static MapFunction? OfActivation(Node node)
    {
        float alpha = node.Attributes.Float(Activation.Alpha), beta = node.Attributes.Float(Activation.Beta);
        return node.Attributes.Text(Activation.Name, "none") switch
        {
            "sigmoid" => new(FunctionKind.Sigmoid, 0, 0),
            "swish" => Swish(alpha),
            "hardsigmoid" => new(FunctionKind.HardSigmoid, alpha, beta),
            "hardswish" => new(FunctionKind.HardSwish, SixthPart, 0.5f),
            "tanh" => new(FunctionKind.Tanh, 0, 0),
            "elu" => new(FunctionKind.Elu, alpha, 0),
            "leakyrelu" => new(FunctionKind.LeakyRelu, alpha, 0),
            "gelu" => new(FunctionKind.Gelu, 0, 0),
            _ => null,
        };
    }

    // Where alpha x is -100, nothing is left of x.
    private static MapFunction? Swish(float alpha) => alpha > 0 ? new(FunctionKind.Swish, alpha, -100 / alpha) : null;
}
