using MlPipeline.Engine.Kernels.Depthwise;

namespace MlPipeline.Engine.Kernels;

/// <content>Depthwise convolution.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>Output pixels: clamp(bias + sum of input * weight, tap after tap, + residual), channel by channel.</summary>
    public abstract void Depthwise(in DepthwiseRun run);
}
