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

    /// <summary>The m + 2 pixels of a tile's column to m + 2 components, a row of m + 2 vectors apart.</summary>
    /// <param name="pixels">The tile's pixels, row by row, from the column's first on.</param>
    /// <param name="channel">First channel.</param>
    /// <param name="target">First component.</param>
    static abstract void Input(float** pixels, nint channel, float* target);

    /// <summary>m + 2 neighbouring vectors to m + 2 components.</summary>
    static abstract void Input(float* source, float* target, nint targetStep);

    /// <summary>3 weights to m + 2 components.</summary>
    static abstract void Filter(TVec* source, int sourceStep, TVec* target, int targetStep);

    /// <summary>m + 2 components to m values.</summary>
    static abstract void Output(float* source, nint sourceStep, float* target, nint targetStep);
}
