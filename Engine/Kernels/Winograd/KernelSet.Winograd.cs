using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Winograd's transforms.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>The transforms of tiles.</summary>
    public abstract WinogradTransforms Winograd(WinogradAxis y, WinogradAxis x);
}
