using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>How a value lies in memory during a run.</summary>
internal enum Layout
{
    /// <summary>
    /// A tensor of its own on the managed heap: inputs, outputs, constants, and what operators without a kernel read and make.
    /// </summary>
    Object,

    /// <summary>Row-major in the arena, dimensions as in the graph.</summary>
    RowMajor,

    /// <summary>In the arena, batch x height x width x channels; a pixel's channels may be a slice of a wider pixel's.</summary>
    ChannelsLast,
}

/// <summary>Where a value is during a run.</summary>
internal sealed class Place
{
    private Place(Layout layout, int[] dimensions)
    {
        Layout = layout;
        Dimensions = dimensions;
        Length = Tensor.LengthOf(dimensions);
    }

    public Layout Layout { get; }

    /// <summary>The value's dimensions as in the graph; empty where they are only known during the run.</summary>
    public int[] Dimensions { get; }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>Number of the tensor in the workspace, for <see cref="Layout.Object"/>.</summary>
    public int Slot { get; private init; } = -1;

    /// <summary>The tensor itself if it is the same in every run.</summary>
    public Tensor? Constant { get; private init; }

    /// <summary>The stretch of the arena, for the other layouts.</summary>
    public PlanBuffer? Buffer { get; private init; }

    /// <summary>Floats from the buffer's beginning to the first element.</summary>
    public long Start { get; private init; }

    /// <summary>Floats from pixel to pixel, for <see cref="Layout.ChannelsLast"/>.</summary>
    public int PixelStride { get; private init; }

    /// <summary>Images.</summary>
    public int Batch => Dimensions[0];

    /// <summary>Dimension 1.</summary>
    public int Channels => Dimensions.Length > 1 ? Dimensions[1] : 1;

    /// <summary>Height, 1 where there is none.</summary>
    public int Height => Dimensions.Length == 4 ? Dimensions[2] : 1;

    /// <summary>Width, 1 where there is none.</summary>
    public int Width => Dimensions.Length == 4 ? Dimensions[3] : 1;

    /// <summary>Pixels over all images.</summary>
    public int Pixels => Batch * Height * Width;

    /// <summary>Whether the elements follow each other without gaps.</summary>
    public bool IsDense => Layout == Layout.RowMajor || PixelStride == Channels;

    public static Place OfTensor(int slot, int[] dimensions) => new(Layout.Object, dimensions) { Slot = slot };

    public static Place OfConstant(Tensor tensor) => new(Layout.Object, tensor.Shape) { Constant = tensor };

    public static Place RowMajor(PlanBuffer buffer, int[] dimensions, long start = 0) =>
        new(Layout.RowMajor, dimensions) { Buffer = buffer, Start = start };

    public static Place ChannelsLast(PlanBuffer buffer, int[] dimensions, long start, int pixelStride) =>
        new(Layout.ChannelsLast, dimensions) { Buffer = buffer, Start = start, PixelStride = pixelStride };

    /// <summary>
    /// Whether values of these dimensions may lie channels last: batch x channels, or batch x channels x height x width.
    /// </summary>
    public static bool CanBeChannelsLast(int[] dimensions) => dimensions.Length is 2 or 4 && !dimensions.Contains(0);

    /// <summary>Whether both layouts in the arena are the same for these dimensions.</summary>
    public static bool IsLayoutFree(int[] dimensions) =>
        dimensions.Length == 2 || (dimensions.Length == 4 && (dimensions[1] == 1 || dimensions[2] * dimensions[3] == 1));

    /// <summary>The same memory under other dimensions of the same length; row-major.</summary>
    public Place Reshaped(int[] dimensions) => Layout == Layout.RowMajor
        ? RowMajor(Buffer!, dimensions, Start)
        : throw new InvalidOperationException("Only a row-major place can be reshaped.");

    /// <summary>The same memory seen in the other layout, or null if that would be another order.</summary>
    public Place? SeenAs(Layout layout)
    {
        if (layout == Layout)
            return this;
        if (Layout == Layout.Object || layout == Layout.Object || !IsLayoutFree(Dimensions) || !IsDense)
            return null;
        return layout == Layout.RowMajor
            ? RowMajor(Buffer!, Dimensions, Start)
            : ChannelsLast(Buffer!, Dimensions, Start, Channels);
    }

    /// <summary>Whether both are the same memory in the same order.</summary>
    public bool IsSameAs(Place other) =>
        Layout == other.Layout && Buffer != null && Buffer == other.Buffer && Start == other.Start
        && PixelStride == other.PixelStride;
}
