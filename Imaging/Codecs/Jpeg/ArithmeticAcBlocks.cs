namespace MlPipeline.Imaging;

/// <summary>A band of AC coefficients, their high bits, in a progressive arithmetic-coded scan (ITU T.81, G.1.3.2).</summary>
internal sealed class ArithmeticAcBlocks(JpegScan scan, JpegTables tables) : ArithmeticBlocks(scan, tables)
{
    private readonly int _start = scan.SpectralStart;
    private readonly int _end = scan.SpectralEnd;
    private readonly int _low = scan.ApproximationLow;

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (!Failed)
            TakeAc(ref source, index, _start, _end, _low, block);
    }
}
