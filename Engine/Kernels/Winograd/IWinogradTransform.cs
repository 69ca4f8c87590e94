namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// The three one-dimensional transforms of a minimal filtering algorithm F(m, 3); applied along columns, then rows.
/// </summary>
/// <remarks>Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks", section 4.1.</remarks>
internal unsafe interface IWinogradTransform<TVec>
    where TVec : unmanaged
{
    /// <summary>Outputs of a tile along one side: m.</summary>
    static abstract int Outputs { get; }

    /// <summary>Inputs of a tile along one side: m + 2.</summary>
    static abstract int Inputs { get; }

    /// <summary>m + 2 values to m + 2 components.</summary>
    static abstract void Input(TVec* source, int sourceStep, TVec* target, int targetStep);

    /// <summary>3 weights to m + 2 components.</summary>
    static abstract void Filter(TVec* source, int sourceStep, TVec* target, int targetStep);

    /// <summary>m + 2 components to m values.</summary>
    static abstract void Output(TVec* source, int sourceStep, TVec* target, int targetStep);
}
