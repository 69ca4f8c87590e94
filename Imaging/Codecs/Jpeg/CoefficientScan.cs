namespace MlPipeline.Imaging;

/// <summary>Walks over the blocks of a scan whose coefficients are kept, in the order in which they are coded.</summary>
internal static class CoefficientScan
{
    public static void Decode(ref EntropyReader source, JpegFrame frame, JpegScan scan, BlockDecoder decoder)
    {
        var components = scan.Components;
        var alone = components.Length == 1;
        var unitsDown = alone ? components[0].HeightInBlocks : frame.McusPerColumn;
        var unitsAcross = alone ? components[0].WidthInBlocks : frame.McusPerLine;
        var untilRestart = scan.RestartInterval;
        decoder.Reset();
        for (var row = 0; row < unitsDown; row++)
        {
            for (var column = 0; column < unitsAcross; column++)
            {
                if (scan.RestartInterval > 0 && untilRestart-- == 0)
                {
                    source.Restart();
                    decoder.Reset();
                    untilRestart = scan.RestartInterval - 1;
                }

                if (source.Exhausted)
                {
                    if (scan.RestartInterval == 0)
                        return;

                    continue;
                }

                if (alone)
                    decoder.Decode(ref source, 0, Block(components[0], row, column));
                else
                    DecodeUnit(ref source, components, row, column, decoder);

                source.Check();
            }
        }
    }

    /// <summary>How many blocks the scan covers.</summary>
    public static long BlockCount(JpegScan scan)
    {
        long count = 0;
        foreach (var component in scan.Components)
            count += (long)component.BlocksPerLine * component.BlocksPerColumn;

        return count;
    }

    private static void DecodeUnit(
        ref EntropyReader source, JpegComponent[] components, int row, int column, BlockDecoder decoder)
    {
        for (var i = 0; i < components.Length; i++)
        {
            var component = components[i];
            for (var y = 0; y < component.Vertical; y++)
            {
                for (var x = 0; x < component.Horizontal; x++)
                {
                    var block = Block(component, row * component.Vertical + y, column * component.Horizontal + x);
                    decoder.Decode(ref source, i, block);
                }
            }
        }
    }

    private static Span<short> Block(JpegComponent component, int row, int column) =>
        component.Coefficients.AsSpan((row * component.BlocksPerLine + column) * 64, 64);
}
