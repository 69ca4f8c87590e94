namespace MlPipeline.Imaging;

/// <summary>
/// Decodes a sequential Huffman scan that holds all components: each block is transformed as soon as it is read, so that
/// no more than a row of coded units is ever held.
/// </summary>
internal sealed class BaselineScan
{
    private readonly JpegFrame _frame;
    private readonly JpegScan _scan;
    private readonly HuffmanTable[] _dc;
    private readonly HuffmanTable[] _ac;
    private readonly int[] _predictors;
    private int _untilRestart;

    public BaselineScan(JpegFrame frame, JpegScan scan, JpegTables tables)
    {
        _frame = frame;
        _scan = scan;
        _dc = Array.ConvertAll(scan.DcIndexes, index => tables.Dc(index, mayBeTypical: true));
        _ac = Array.ConvertAll(scan.AcIndexes, index => tables.Ac(index, mayBeTypical: true));
        _predictors = new int[scan.Components.Length];
        _untilRestart = scan.RestartInterval;
    }

    public void Decode(ref EntropyReader source, StripeAssembler assembler)
    {
        for (var row = 0; row < _frame.McusPerColumn; row++)
        {
            DecodeRow(ref source, row, assembler);
            assembler.Finish(row);
        }
    }

    private void DecodeRow(ref EntropyReader source, int row, StripeAssembler assembler)
    {
        Span<short> block = stackalloc short[64];
        block.Clear();
        for (var column = 0; column < _frame.McusPerLine; column++)
        {
            if (_scan.RestartInterval > 0)
            {
                if (_untilRestart == 0)
                {
                    source.Restart();
                    Array.Clear(_predictors);
                    _untilRestart = _scan.RestartInterval;
                }

                _untilRestart--;
            }

            for (var i = 0; i < _scan.Components.Length; i++)
                DecodeUnit(ref source, i, row, column, block, assembler);

            if (!source.Exhausted)
                source.Check();
        }
    }

    private void DecodeUnit(
        ref EntropyReader source, int index, int row, int column, scoped Span<short> block, StripeAssembler assembler)
    {
        var component = _scan.Components[index];
        for (var y = 0; y < component.Vertical; y++)
        {
            for (var x = 0; x < component.Horizontal; x++)
            {
                var last = DecodeBlock(ref source, component, index, block);
                var blockColumn = column * component.Horizontal + x;
                if (blockColumn < component.WidthInBlocks && row * component.Vertical + y < component.HeightInBlocks)
                    assembler.Transform(component.Index, y, blockColumn, block, last);

                if (last > 0)
                    block.Clear();
            }
        }
    }

    /// <summary>One block, of which only the first coefficient is wanted where a single sample is made of it.</summary>
    private int DecodeBlock(ref EntropyReader source, JpegComponent component, int index, scoped Span<short> block)
    {
        ref var predictor = ref _predictors[index];
        if (source.Exhausted)
        {
            block[0] = 0;
            return 0;
        }

        if (component.BlockSize > 1)
            return SequentialHuffman.Decode(ref source.Bits, block, _dc[index], _ac[index], ref predictor);

        SequentialHuffman.DecodeDcOnly(ref source.Bits, _dc[index], _ac[index], ref predictor);
        block[0] = (short)predictor;
        return 0;
    }
}
