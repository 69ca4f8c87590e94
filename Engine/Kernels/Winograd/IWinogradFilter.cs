namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// What becomes of pixels and weights in a minimal filtering algorithm F(m, r); applied along columns, then rows.
/// </summary>
/// <remarks>
/// Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks", section 4.1. Inputs are taken as polynomials modulo
/// x - p for each point p and infinity; the constants here follow from the points alone.
/// </remarks>
internal unsafe interface IWinogradFilter<TVec>
    where TVec : unmanaged
{
    /// <summary>Outputs of a tile along one side: m.</summary>
    static abstract int Outputs { get; }

    /// <summary>Weights of a filter along one side: r.</summary>
    static abstract int Taps { get; }

    /// <summary>Components of a whole tile, even of an algorithm for what is left of one at a map's edge.</summary>
    static abstract int Components { get; }

    /// <summary>A bit for each component that this algorithm neither writes nor reads.</summary>
    static virtual int Missing => 0;

    /// <summary>m + r - 1 vectors to as many components.</summary>
    /// <param name="source">Where the vectors are.</param>
    /// <param name="target">First component.</param>
    /// <param name="targetStep">Floats from one component to the next.</param>
    static abstract void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec>;

    /// <summary>r weights to m + r - 1 components.</summary>
    static abstract void Filter(TVec* source, int sourceStep, TVec* target, int targetStep);
}
