namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>F(m, 2), as it serves the outer two of three taps where a filter steps by two pixels.</summary>
/// <remarks>
/// y[i] = w0 x[2i] + w1 x[2i+1] + w2 x[2i+2]: the even pixels under a filter of two taps and stride 1, and the odd ones, each
/// of which has one product with w1. The latter are added once the former have been transformed back.
/// </remarks>
internal unsafe interface IStridedWinogradTransform<TVec> : IWinogradFilter<TVec>
    where TVec : unmanaged
{
    /// <summary>m + 1 components to m values, and as many products of odd pixels added to them.</summary>
    static abstract void Output(float* source, nint sourceStep, float* odd, nint oddStep, float* target, nint targetStep);
}
