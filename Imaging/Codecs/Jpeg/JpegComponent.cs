namespace MlPipeline.Imaging;

/// <summary>One colour component of a frame: its sampling, its size in blocks, and what has been read of it.</summary>
internal sealed class JpegComponent(int index, int id, int horizontal, int vertical, int quantizationIndex)
{
    /// <summary>Its place in the frame.</summary>
    public int Index { get; } = index;

    /// <summary>The number by which scans name it.</summary>
    public int Id { get; } = id;

    /// <summary>Blocks of this component in an interleaved minimum coded unit, across.</summary>
    public int Horizontal { get; } = horizontal;

    /// <summary>Blocks of this component in an interleaved minimum coded unit, down.</summary>
    public int Vertical { get; } = vertical;

    public int QuantizationIndex { get; } = quantizationIndex;

    /// <summary>Blocks that hold picture, across: what a scan of this component alone codes in a row.</summary>
    public int WidthInBlocks { get; private set; }

    /// <summary>Blocks that hold picture, down.</summary>
    public int HeightInBlocks { get; private set; }

    /// <summary>Blocks across including the padding to whole coded units.</summary>
    public int BlocksPerLine { get; private set; }

    /// <summary>Blocks down including the padding to whole coded units.</summary>
    public int BlocksPerColumn { get; private set; }

    /// <summary>Side of a decoded block in samples: 8, or 4, 2, 1 when decoding at reduced size.</summary>
    public int BlockSize { get; private set; } = 8;

    /// <summary>Samples across in the decoded component that hold picture.</summary>
    public int Width { get; private set; }

    /// <summary>Samples down in the decoded component that hold picture.</summary>
    public int Height { get; private set; }

    /// <summary>The table in force when this component's first scan began, row by row; null while no scan has had it.</summary>
    public short[]? Quantization { get; set; }

    /// <summary>All coefficients, 64 for each block; null when blocks are transformed as they are read.</summary>
    public short[]? Coefficients { get; set; }

    /// <summary>For each coefficient, the lowest bit that scans have delivered, -1 before the first (progressive only).</summary>
    public sbyte[]? LowestBits { get; set; }

    /// <summary>Sets the sizes that follow from the frame's.</summary>
    public void Measure(JpegFrame frame)
    {
        WidthInBlocks = CeilingDivide((long)frame.Width * Horizontal, 8 * frame.MaxHorizontal);
        HeightInBlocks = CeilingDivide((long)frame.Height * Vertical, 8 * frame.MaxVertical);
        BlocksPerLine = frame.McusPerLine * Horizontal;
        BlocksPerColumn = frame.McusPerColumn * Vertical;
        Scale(frame, 8);
    }

    /// <summary>
    /// Chooses the size of decoded blocks for a picture at <paramref name="eighths"/>/8: a subsampled component is decoded
    /// larger, so far as the factors allow, rather than being enlarged afterwards.
    /// </summary>
    public void Scale(JpegFrame frame, int eighths)
    {
        BlockSize = eighths;
        while (BlockSize < 8 &&
            frame.MaxHorizontal * eighths % (Horizontal * BlockSize * 2) == 0 &&
            frame.MaxVertical * eighths % (Vertical * BlockSize * 2) == 0)
        {
            BlockSize *= 2;
        }

        Width = CeilingDivide((long)frame.Width * Horizontal * BlockSize, 8 * frame.MaxHorizontal);
        Height = CeilingDivide((long)frame.Height * Vertical * BlockSize, 8 * frame.MaxVertical);
    }

    private static int CeilingDivide(long value, int divisor) => (int)((value + divisor - 1) / divisor);
}
