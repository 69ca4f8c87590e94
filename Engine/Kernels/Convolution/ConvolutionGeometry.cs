namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>
/// Sizes of a 2-D convolution over channels-last maps. Strides named "pixel" count floats from one pixel to the next.
/// </summary>
/// <remarks>
/// Channels of input and output may be slices of wider maps: then the pixel stride exceeds the channel count.
/// A fully connected layer is a convolution of a 1x1 map by a 1x1 kernel.
/// </remarks>
internal sealed record ConvolutionGeometry
{
    public int Batch { get; init; } = 1;

    public required int InputChannels { get; init; }

    public required int InputHeight { get; init; }

    public required int InputWidth { get; init; }

    /// <summary>0: <see cref="InputChannels"/>.</summary>
    public int InputPixelStride { get; init; }

    public required int OutputChannels { get; init; }

    public required int OutputHeight { get; init; }

    public required int OutputWidth { get; init; }

    /// <summary>0: <see cref="OutputChannels"/>.</summary>
    public int OutputPixelStride { get; init; }

    /// <summary>Of the map added to the output; 0: there is none.</summary>
    public int ResidualPixelStride { get; init; }

    public int KernelHeight { get; init; } = 1;

    public int KernelWidth { get; init; } = 1;

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int Groups { get; init; } = 1;

    public int GroupInputs => InputChannels / Groups;

    public int GroupOutputs => OutputChannels / Groups;

    public int InputStride => InputPixelStride == 0 ? InputChannels : InputPixelStride;

    public int OutputStride => OutputPixelStride == 0 ? OutputChannels : OutputPixelStride;

    /// <summary>Products summed for one output element.</summary>
    public int Depth => GroupInputs * KernelHeight * KernelWidth;

    public int OutputPixels => OutputHeight * OutputWidth;

    /// <summary>Whether each output pixel reads just the input pixel of the same number.</summary>
    public bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && StrideY == 1 && StrideX == 1
        && PadTop == 0 && PadLeft == 0 && InputHeight == OutputHeight && InputWidth == OutputWidth;
}
