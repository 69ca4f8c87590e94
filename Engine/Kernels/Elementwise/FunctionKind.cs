namespace MlPipeline.Engine.Kernels.Elementwise;

/// <summary>A function of one number x, with up to two parameters.</summary>
internal enum FunctionKind
{
    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x / (1 + e^(-alpha x)), x brought to at least beta.</summary>
    Swish,

    /// <summary>max(0, min(1, alpha x + beta)).</summary>
    HardSigmoid,

    /// <summary>x max(0, min(1, alpha x + beta)).</summary>
    HardSwish,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x where positive, else alpha (e^x - 1).</summary>
    Elu,

    /// <summary>x where positive, else alpha x.</summary>
    LeakyRelu,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>x (1 + erf(x / sqrt(2))) / 2.</summary>
    Gelu,

    /// <summary>x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    GeluByTanh,

    /// <summary>x tanh(ln(1 + e^x)).</summary>
    Mish,
}
