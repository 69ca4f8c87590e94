namespace MlPipeline.Imaging;

/// <summary>Whole blocks in a sequential arithmetic-coded scan (ITU T.81, F.2.4).</summary>
internal sealed class ArithmeticSequentialBlocks(JpegScan scan, JpegTables tables) : ArithmeticBlocks(scan, tables)
{
    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (Failed)
            return;

        block[0] = (short)TakeDc(ref source, index);
        if (!Failed)
            TakeAc(ref source, index, 1, 63, 0, block);
    }
}
