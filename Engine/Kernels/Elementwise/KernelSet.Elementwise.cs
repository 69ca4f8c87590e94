using MlPipeline.Engine.Kernels.Elementwise;

namespace MlPipeline.Engine.Kernels;

/// <content>Element by element.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>
    /// target[i] = clamp(f(x[i], y[i], z[i])); inputs that f does not have may be null. Reads up to a vector past the end,
    /// writes exactly.
    /// </summary>
    public abstract void Elementwise(
        ElementwiseKind kind, float* x, float* y, float* z, float* target, nint count, float low, float high);

    /// <summary>
    /// Normalisation across channels of one pixel: x / (k + alpha / size * sum of squares of size neighbours) ^ 0.75.
    /// </summary>
    /// <param name="x">The pixel's channels.</param>
    /// <param name="squares">Squares of the channels, with (size - 1) / 2 zeros before and enough after.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="size">Neighbours summed.</param>
    /// <param name="scale">alpha / size.</param>
    /// <param name="bias">k.</param>
    public abstract void NormalizeChannels(
        float* x, float* squares, float* target, int channels, int size, float scale, float bias);
}
