namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Where one tile's outputs go, and what is done to them on the way.</summary>
internal unsafe struct WinogradOutput
{
    /// <summary>Floats from one component to the next.</summary>
    public nint ComponentStride;

    /// <summary>Output channels.</summary>
    public int Channels;

    /// <summary>Rows of the tile that lie inside the map.</summary>
    public int Rows;

    /// <summary>Columns of the tile that lie inside the map.</summary>
    public int Columns;

    public float* Bias;

    public float* Target;

    public nint RowStride;

    public nint PixelStride;

    /// <summary>Null: nothing is added.</summary>
    public float* Residual;

    public nint ResidualRowStride;

    public nint ResidualPixelStride;

    public float Low;

    public float High;

    /// <summary>Floats from the target to that of a tile that comes later, whose lines are asked for.</summary>
    public nint Ahead;

    /// <summary>The same for what is added.</summary>
    public nint ResidualAhead;
}
