namespace MlPipeline.Engine.Kernels.Elementwise;

/// <summary>What is done with one element x of a map, and y of another map or of a vector of channels.</summary>
internal enum ElementwiseKind
{
    /// <summary>x.</summary>
    Copy,

    /// <summary>x + y.</summary>
    Add,

    /// <summary>x - y.</summary>
    Subtract,

    /// <summary>x * y.</summary>
    Multiply,

    /// <summary>x / y.</summary>
    Divide,

    /// <summary>x * y + z.</summary>
    MultiplyAdd,

    /// <summary>x where positive, else x * y.</summary>
    Slope,
}
