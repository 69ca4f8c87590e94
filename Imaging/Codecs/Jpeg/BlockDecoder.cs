namespace MlPipeline.Imaging;

/// <summary>Reads the blocks of one scan into their coefficients, one after another. One class for each way of coding.</summary>
internal abstract class BlockDecoder
{
    /// <summary>Forgets what earlier blocks left: at the start, and after each restart marker.</summary>
    public abstract void Reset();

    /// <summary>Reads one block.</summary>
    /// <param name="source">The scan's data.</param>
    /// <param name="index">The component's place in the scan.</param>
    /// <param name="block">The block's 64 coefficients, row by row, as earlier scans left them.</param>
    public abstract void Decode(ref EntropyReader source, int index, Span<short> block);

    /// <summary>The decoder for a scan.</summary>
    public static BlockDecoder For(JpegFrame frame, JpegScan scan, JpegTables tables)
    {
        if (frame.Arithmetic)
        {
            return !frame.Progressive ? new ArithmeticSequentialBlocks(scan, tables)
                : scan.SpectralStart == 0 ? new ArithmeticDcBlocks(scan, tables)
                : scan.ApproximationHigh == 0 ? new ArithmeticAcBlocks(scan, tables)
                : new ArithmeticAcRefinementBlocks(scan, tables);
        }

        return !frame.Progressive ? new SequentialBlocks(scan, tables)
            : scan.SpectralStart == 0 ? new ProgressiveDcBlocks(scan, tables)
            : scan.ApproximationHigh == 0 ? new ProgressiveAcBlocks(scan, tables)
            : new ProgressiveAcRefinementBlocks(scan, tables);
    }
}
