namespace MlPipeline.Engine.Kernels.Pooling;

/// <summary>Sizes of a 2-D pooling over channels-last maps.</summary>
internal sealed record PoolingGeometry
{
    public int Batch { get; init; } = 1;

    public required int Channels { get; init; }

    public required int InputHeight { get; init; }

    public required int InputWidth { get; init; }

    /// <summary>Floats from one input pixel to the next.</summary>
    public required int InputStride { get; init; }

    public required int OutputHeight { get; init; }

    public required int OutputWidth { get; init; }

    /// <summary>Floats from one output pixel to the next.</summary>
    public required int OutputStride { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    /// <summary>The maximum, or else the mean.</summary>
    public bool Maximum { get; init; }

    /// <summary>Whether a mean counts the zeros of the padding (never those beyond it).</summary>
    public bool CountPadding { get; init; }
}
