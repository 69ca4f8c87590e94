namespace MlPipeline.Imaging;

/// <summary>DC coefficients in a progressive Huffman scan: their high bits, or one bit more (ITU T.81, G.1.2.1).</summary>
internal sealed class ProgressiveDcBlocks : BlockDecoder
{
    private readonly bool _first;
    private readonly int _low;
    private readonly HuffmanTable[] _tables = [];
    private readonly int[] _predictors;

    public ProgressiveDcBlocks(JpegScan scan, JpegTables tables)
    {
        _first = scan.ApproximationHigh == 0;
        _low = scan.ApproximationLow;
        _predictors = new int[scan.Components.Length];
        if (_first)
            _tables = Array.ConvertAll(scan.DcIndexes, index => tables.Dc(index, mayBeTypical: false));
    }

    public override void Reset() => Array.Clear(_predictors);

    public override void Decode(ref EntropyReader source, int index, Span<short> block)
    {
        if (_first)
        {
            _predictors[index] += SequentialHuffman.TakeDifference(ref source.Bits, _tables[index]);
            block[0] = (short)(_predictors[index] << _low);
        }
        else if (source.Bits.Take(1) != 0)
        {
            block[0] |= (short)(1 << _low);
        }
    }
}
