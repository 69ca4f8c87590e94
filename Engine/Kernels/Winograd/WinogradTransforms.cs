namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>The transforms of one <see cref="WinogradForm"/> in one vector width.</summary>
internal abstract unsafe class WinogradTransforms
{
    /// <summary>Transforms one tile of the input, all channels rounded up to whole vectors.</summary>
    /// <param name="pixels">The tile's pixels, row by row; pointers to zeros where it hangs over the edge.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="target">Component 0 of this tile.</param>
    /// <param name="componentStride">Floats from one component to the next.</param>
    public abstract void Input(float** pixels, int channels, float* target, nint componentStride);

    /// <summary>Transforms the components of one tile back and writes what lies inside the map.</summary>
    public abstract void Output(float* components, in WinogradOutput output);

    /// <summary>Transforms filters, one for each lane of a vector.</summary>
    /// <param name="taps">One vector for each weight, row by row.</param>
    /// <param name="components">One vector for each component.</param>
    public abstract void Filter(float* taps, float* components);
}
