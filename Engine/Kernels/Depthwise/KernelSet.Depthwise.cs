namespace MlPipeline.Engine.Kernels;

/// <content>Depthwise convolution.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>One output pixel: clamp(bias + sum of pixel * weight), channel by channel.</summary>
    /// <param name="pixels">The pixels under the kernel's taps.</param>
    /// <param name="weights">The taps' weights, one per channel.</param>
    /// <param name="count">Taps.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="bias">One value per channel.</param>
    /// <param name="residual">Added at the end; null: nothing.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Greatest value.</param>
    public abstract void DepthwisePixel(
        float** pixels,
        float** weights,
        int count,
        int channels,
        float* bias,
        float* residual,
        float* target,
        float low,
        float high);

    /// <summary>A run of output pixels whose 3x3 taps all lie inside the map, for all channels.</summary>
    /// <param name="rows">The three input rows, at the first output's leftmost tap.</param>
    /// <param name="step">Floats from one output pixel's input to the next's.</param>
    /// <param name="tapStep">Floats between taps of a row.</param>
    /// <param name="weights">9 rows of weights, <paramref name="weightStride"/> apart.</param>
    /// <param name="weightStride">Floats from one tap's weights to the next's.</param>
    /// <param name="count">Output pixels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="bias">One value per channel.</param>
    /// <param name="target">First output pixel.</param>
    /// <param name="targetStep">Floats from one output pixel to the next.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Greatest value.</param>
    public abstract void DepthwiseRun(
        float** rows,
        nint step,
        nint tapStep,
        float* weights,
        nint weightStride,
        int count,
        int channels,
        float* bias,
        float* target,
        nint targetStep,
        float low,
        float high);
}
