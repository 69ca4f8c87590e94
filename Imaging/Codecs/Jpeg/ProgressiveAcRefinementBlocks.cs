namespace MlPipeline.Imaging;

/// <summary>One bit more for a band of AC coefficients in a progressive Huffman scan (ITU T.81, G.1.2.3).</summary>
internal sealed class ProgressiveAcRefinementBlocks(JpegScan scan, JpegTables tables) : BlockDecoder
{
    private readonly HuffmanTable _table = tables.Ac(scan.AcIndexes[0], mayBeTypical: false);
    private readonly int _start = scan.SpectralStart;
    private readonly int _end = scan.SpectralEnd;
    private readonly short _plus = (short)(1 << scan.ApproximationLow);
    private readonly short _minus = (short)(-1 << scan.ApproximationLow);
    private int _emptyBlocks;

    public override void Reset() => _emptyBlocks = 0;

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        ref var bits = ref source.Bits;
        var k = _start;
        if (_emptyBlocks == 0)
        {
            var symbols = _table.Symbols;
            for (; k <= _end; k++)
            {
                var symbol = bits.TakeSymbol(_table, symbols);
                var run = symbol >> 4;
                short newcomer = 0;
                if ((symbol & 15) != 0)
                {
                    newcomer = bits.Take(1) != 0 ? _plus : _minus;
                }
                else if (run != 15)
                {
                    _emptyBlocks = (1 << run) + (run > 0 ? bits.Take(run) : 0);
                    break;
                }

                k = RefineUntilZeros(ref bits, block, k, run);
                if (newcomer != 0)
                    block[ZigZag.ToNatural[k]] = newcomer;
            }
        }

        if (_emptyBlocks > 0)
        {
            RefineUntilZeros(ref bits, block, k, int.MaxValue);
            _emptyBlocks--;
        }
    }

    /// <summary>Passes over <paramref name="zeros"/> zero coefficients to the next one, refining all others on the way.</summary>
    private int RefineUntilZeros(ref BitReader bits, Span<short> block, int k, int zeros)
    {
        var natural = ZigZag.ToNatural;
        for (; k <= _end; k++)
        {
            ref var coefficient = ref block[natural[k]];
            if (coefficient == 0)
            {
                if (--zeros < 0)
                    break;
            }
            else if (bits.Take(1) != 0 && (coefficient & _plus) == 0)
            {
                coefficient += coefficient >= 0 ? _plus : _minus;
            }
        }

        return k;
    }
}
