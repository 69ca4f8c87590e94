namespace MlPipeline.Imaging;

/// <summary>One bit more for a band of AC coefficients in a progressive arithmetic-coded scan (ITU T.81, G.1.3.3).</summary>
internal sealed class ArithmeticAcRefinementBlocks(JpegScan scan, JpegTables tables) : ArithmeticBlocks(scan, tables)
{
    private readonly int _start = scan.SpectralStart;
    private readonly int _end = scan.SpectralEnd;
    private readonly short _plus = (short)(1 << scan.ApproximationLow);
    private readonly short _minus = (short)(-1 << scan.ApproximationLow);

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (Failed)
            return;

        var natural = ZigZag.ToNatural;
        var bins = AcBins(index);

        // The block cannot end before the last coefficient that earlier scans left.
        var previousEnd = _end;
        while (previousEnd > 0 && block[natural[previousEnd]] == 0)
            previousEnd--;

        for (var k = _start; k <= _end; k++)
        {
            if (k > previousEnd && Decide(ref source, bins, 3 * (k - 1)) != 0)
                return;

            while (!Refine(ref source, bins, 3 * (k - 1), ref block[natural[k]]))
            {
                if (++k > _end)
                {
                    Fail(ref source);
                    return;
                }
            }
        }
    }

    /// <summary>Gives a coefficient its next bit; false where it stays zero, and the next one is looked at.</summary>
    private bool Refine(ref EntropyReader source, byte[] bins, int bin, ref short coefficient)
    {
        if (coefficient != 0)
        {
            if (Decide(ref source, bins, bin + 2) != 0)
                coefficient += coefficient < 0 ? _minus : _plus;

            return true;
        }

        if (Decide(ref source, bins, bin + 1) == 0)
            return false;

        coefficient = DecideEvenly(ref source) != 0 ? _minus : _plus;
        return true;
    }
}
