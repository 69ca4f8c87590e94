using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Winograd's transforms.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>Transforms one tile of the input, all channels rounded up to whole vectors.</summary>
    /// <param name="outputs">m: 4 or 2.</param>
    /// <param name="pixels">The (m + 2)² pixels, row by row; pointers to zeros where the tile hangs over the edge.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="target">Component 0 of this tile.</param>
    /// <param name="componentStride">Floats from one component to the next.</param>
    public abstract void WinogradInput(int outputs, float** pixels, int channels, float* target, nint componentStride);

    /// <summary>Transforms the components of one tile back and writes what lies inside the map.</summary>
    public abstract void WinogradOutput(int outputs, float* components, in WinogradOutput output);

    /// <summary>Transforms 3x3 filters, one for each lane of a vector.</summary>
    /// <param name="outputs">m: 4 or 2.</param>
    /// <param name="taps">9 vectors, row by row.</param>
    /// <param name="components">(m + 2)² vectors.</param>
    public abstract void WinogradFilter(int outputs, float* taps, float* components);
}
