namespace MlPipeline.Imaging;

/// <summary>What the frame header says (ITU T.81, B.2.2), and the sizes that follow from it.</summary>
internal sealed class JpegFrame
{
    public JpegFrame(int width, int height, bool progressive, bool arithmetic, JpegComponent[] components)
    {
        Width = width;
        Height = height;
        Progressive = progressive;
        Arithmetic = arithmetic;
        Components = components;
        foreach (var component in components)
        {
            MaxHorizontal = Math.Max(MaxHorizontal, component.Horizontal);
            MaxVertical = Math.Max(MaxVertical, component.Vertical);
        }

        McusPerLine = (width + 8 * MaxHorizontal - 1) / (8 * MaxHorizontal);
        McusPerColumn = (height + 8 * MaxVertical - 1) / (8 * MaxVertical);
        foreach (var component in components)
        {
            component.Measure(this);
            BlockCount += (long)component.BlocksPerLine * component.BlocksPerColumn;
        }

        OutputWidth = width;
        OutputHeight = height;
    }

    public int Width { get; }

    public int Height { get; }

    public bool Progressive { get; }

    public bool Arithmetic { get; }

    public JpegComponent[] Components { get; }

    public int MaxHorizontal { get; }

    public int MaxVertical { get; }

    /// <summary>Interleaved minimum coded units across.</summary>
    public int McusPerLine { get; }

    /// <summary>Interleaved minimum coded units down.</summary>
    public int McusPerColumn { get; }

    /// <summary>Blocks of all components, padding included.</summary>
    public long BlockCount { get; }

    /// <summary>The picture is decoded at Eighths/8 of its size: 8, 4, 2 or 1.</summary>
    public int Eighths { get; private set; } = 8;

    public int OutputWidth { get; private set; }

    public int OutputHeight { get; private set; }

    /// <summary>Decodes at the smallest of 1/8, 1/4, 1/2 that leaves both sides at least as long as asked for.</summary>
    public void ReduceTo((int Width, int Height) atLeast)
    {
        for (var eighths = 1; eighths < 8; eighths *= 2)
        {
            var width = Reduced(Width, eighths);
            var height = Reduced(Height, eighths);
            if (width < atLeast.Width || height < atLeast.Height)
                continue;

            (Eighths, OutputWidth, OutputHeight) = (eighths, width, height);
            foreach (var component in Components)
                component.Scale(this, eighths);

            return;
        }
    }

    private static int Reduced(int length, int eighths) => (int)(((long)length * eighths + 7) / 8);
}
