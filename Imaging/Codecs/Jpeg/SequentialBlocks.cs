namespace MlPipeline.Imaging;

/// <summary>Whole blocks in a sequential Huffman scan (ITU T.81, F.2.2).</summary>
internal sealed class SequentialBlocks(JpegScan scan, JpegTables tables) : BlockDecoder
{
    private readonly HuffmanTable[] _dc = Array.ConvertAll(scan.DcIndexes, index => tables.Dc(index, mayBeTypical: true));
    private readonly HuffmanTable[] _ac = Array.ConvertAll(scan.AcIndexes, index => tables.Ac(index, mayBeTypical: true));
    private readonly int[] _predictors = new int[scan.Components.Length];

    public override void Reset() => Array.Clear(_predictors);

    public override void Decode(ref EntropyReader source, int index, Span<short> block) =>
        SequentialHuffman.Decode(ref source.Bits, block, _dc[index], _ac[index], ref _predictors[index]);
}
