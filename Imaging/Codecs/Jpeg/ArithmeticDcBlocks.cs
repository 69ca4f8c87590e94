namespace MlPipeline.Imaging;

/// <summary>
/// DC coefficients in a progressive arithmetic-coded scan: their high bits, or one bit more (ITU T.81, G.1.3.1).
/// </summary>
internal sealed class ArithmeticDcBlocks(JpegScan scan, JpegTables tables) : ArithmeticBlocks(scan, tables)
{
    private readonly bool _first = scan.ApproximationHigh == 0;
    private readonly int _low = scan.ApproximationLow;

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (Failed)
            return;

        if (!_first)
        {
            if (DecideEvenly(ref source) != 0)
                block[0] |= (short)(1 << _low);

            return;
        }

        var value = TakeDc(ref source, index);
        if (!Failed)
            block[0] = (short)(value << _low);
    }
}
