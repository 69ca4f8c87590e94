namespace MlPipeline.Imaging;

/// <summary>A band of AC coefficients, their high bits, in a progressive Huffman scan (ITU T.81, G.1.2.2).</summary>
internal sealed class ProgressiveAcBlocks(JpegScan scan, JpegTables tables) : BlockDecoder
{
    private readonly HuffmanTable _table = tables.Ac(scan.AcIndexes[0], mayBeTypical: false);
    private readonly int _start = scan.SpectralStart;
    private readonly int _end = scan.SpectralEnd;
    private readonly int _low = scan.ApproximationLow;
    private int _emptyBlocks;

    public override void Reset() => _emptyBlocks = 0;

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (_emptyBlocks > 0)
        {
            _emptyBlocks--;
            return;
        }

        ref var bits = ref source.Bits;
        var coefficients = _table.Coefficients;
        var natural = ZigZag.ToNatural;
        for (var k = _start; k <= _end; k++)
        {
            if (bits.Count < 32)
                bits.Fill();

            var entry = coefficients[(int)(bits.Buffer >> (64 - HuffmanTable.LookaheadBits))];
            var length = entry & 63;
            if ((entry & HuffmanTable.SymbolOnly) == 0)
            {
                k += (byte)(entry >> 8);
                bits.Drop(length);
                block[natural[k]] = (short)(entry >> 16 << _low);
                continue;
            }

            var symbol = length > 0 ? (byte)(entry >> 8) : _table.DecodeLong((int)(bits.Buffer >> 48), out length);
            bits.Drop(length);
            var run = symbol >> 4;
            var size = symbol & 15;
            if (size > 0)
            {
                k += run;
                block[natural[k]] = (short)(HuffmanTable.Extend(bits.Take(size), size) << _low);
            }
            else if (run == 15)
            {
                k += 15;
            }
            else
            {
                _emptyBlocks = (1 << run) - 1 + (run > 0 ? bits.Take(run) : 0);
                break;
            }
        }
    }
}
