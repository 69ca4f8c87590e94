namespace MlPipeline.Engine.Kernels.Gemm;

/// <summary>
/// What a micro-kernel does with a tile before and after the products: where sums start, what is added, the clamp.
/// </summary>
/// <remarks>
/// Order of arithmetic for each element, whatever the tile: (bias or what the tile holds) + products by depth, + residual, clamp.
/// Pointers are at the tile's first element. Rows may be read beyond <see cref="Columns"/>, up to the panel's width, never
/// written.
/// </remarks>
internal unsafe struct TileEpilogue
{
    /// <summary>Start values per column, padded to whole vectors; null: the sums go on from what the tile holds.</summary>
    public float* Bias;

    /// <summary>Added after the products; null: nothing.</summary>
    public float* Residual;

    /// <summary>Floats between rows of <see cref="Residual"/>.</summary>
    public nint ResidualStride;

    /// <summary>Whether the result is clamped to [<see cref="Low"/>, <see cref="High"/>].</summary>
    public bool Clamp;

    public float Low;

    public float High;

    /// <summary>Columns to write: the panel's width, or fewer in the last panel.</summary>
    public int Columns;

    /// <summary>How far ahead the packed panel is asked for; 0: the hardware's own prefetching is left alone.</summary>
    public nint PrefetchFloats;

    /// <summary>
    /// Weights that come next from memory: they are brought into the second-level cache while this panel is used. Null: none.
    /// </summary>
    public float* Stream;

    /// <summary>Floats of <see cref="Stream"/> for each step of depth.</summary>
    public nint StreamStep;

    /// <summary>Asks for one part of as many as the times that a panel is used, each time another: memory is never
    /// idle.</summary>
    /// <param name="next">The panel that comes after this one.</param>
    /// <param name="depth">Steps of depth.</param>
    /// <param name="width">Floats of a step of depth.</param>
    /// <param name="part">Which time it is.</param>
    /// <param name="parts">How often the panel is used.</param>
    public void StreamPart(float* next, nint depth, nint width, int part, int parts)
    {
        Stream = next + (depth * width * part / parts);
        StreamStep = (width + parts - 1) / parts;
    }

    /// <summary>Room for one whole tile, used when <see cref="Columns"/> is less than the panel's width.</summary>
    public float* Scratch;
}
