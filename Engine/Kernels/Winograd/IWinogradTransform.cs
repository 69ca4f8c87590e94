namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>The three one-dimensional transforms of a minimal filtering algorithm F(m, r); applied along columns, then
/// rows.</summary>
internal unsafe interface IWinogradTransform<TVec> : IWinogradFilter<TVec>
    where TVec : unmanaged
{
    /// <summary>m + r - 1 components to m values.</summary>
    static abstract void Output(float* source, nint sourceStep, float* target, nint targetStep);
}
