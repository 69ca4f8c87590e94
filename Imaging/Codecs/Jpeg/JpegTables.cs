namespace MlPipeline.Imaging;

/// <summary>The tables in force: each stays until it is defined anew (ITU T.81, B.2.4).</summary>
internal sealed class JpegTables
{
    private readonly HuffmanTable?[] _dc = new HuffmanTable?[4];
    private readonly HuffmanTable?[] _ac = new HuffmanTable?[4];

    /// <summary>Quantization tables, row by row.</summary>
    public short[]?[] Quantization { get; } = new short[]?[4];

    public int RestartInterval { get; private set; }

    /// <summary>Lower bounds of the arithmetic conditioning of DC differences.</summary>
    public byte[] ArithmeticLower { get; } = new byte[16];

    /// <summary>Upper bounds of the arithmetic conditioning of DC differences.</summary>
    public byte[] ArithmeticUpper { get; } = Filled(1);

    /// <summary>The arithmetic conditioning of AC coefficients.</summary>
    public byte[] ArithmeticKx { get; } = Filled(5);

    /// <summary>A DC table ready for use; a sequential frame falls back on the typical tables, as Motion JPEG wants.</summary>
    public HuffmanTable Dc(int index, bool mayBeTypical) => Ready(
        _dc, index, "DC", mayBeTypical ? index switch
        {
            0 => StandardHuffmanTables.LuminanceDc,
            1 => StandardHuffmanTables.ChrominanceDc,
            _ => null,
        } : null);

    /// <summary>An AC table ready for use.</summary>
    public HuffmanTable Ac(int index, bool mayBeTypical) => Ready(
        _ac, index, "AC", mayBeTypical ? index switch
        {
            0 => StandardHuffmanTables.LuminanceAc,
            1 => StandardHuffmanTables.ChrominanceAc,
            _ => null,
        } : null);

    public void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var index = segment[0] & 15;
            var bytes = segment[0] >> 4 == 0 ? 1 : 2;
            if (index > 3)
                throw Fault.Corrupt($"a quantization table has the index {index}; 3 is the last");

            segment = segment[1..];
            if (segment.Length < 64 * bytes)
                throw Fault.Corrupt("a quantization table is cut short");

            var table = new short[64];
            for (var k = 0; k < 64; k++)
                table[ZigZag.ToNatural[k]] = bytes == 1 ? segment[k] : (short)(segment[2 * k] << 8 | segment[2 * k + 1]);

            Quantization[index] = table;
            segment = segment[(64 * bytes)..];
        }
    }

    public void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        Span<byte> counts = stackalloc byte[17];
        while (segment.Length > 16)
        {
            var index = segment[0] & 0xEF;
            var tables = (segment[0] & 0x10) == 0 ? _dc : _ac;
            if (index > 3)
                throw Fault.Corrupt($"a Huffman table has the index {index}; 3 is the last");

            var total = 0;
            counts[0] = 0;
            for (var length = 1; length <= 16; length++)
            {
                counts[length] = segment[length];
                total += segment[length];
            }

            segment = segment[17..];
            if (total > 256 || total > segment.Length)
                throw Fault.Corrupt("a Huffman table has more codes than values");

            tables[index] = StandardHuffmanTables.Find(counts, segment[..total]);
            segment = segment[total..];
        }

        if (!segment.IsEmpty)
            throw Fault.Corrupt("a Huffman table segment has the wrong length");
    }

    public void ReadRestartInterval(ReadOnlySpan<byte> segment)
    {
        if (segment.Length != 2)
            throw Fault.Corrupt("the restart interval's segment has the wrong length");

        RestartInterval = segment[0] << 8 | segment[1];
    }

    public void ReadArithmeticConditioning(ReadOnlySpan<byte> segment)
    {
        if (segment.Length % 2 != 0)
            throw Fault.Corrupt("the arithmetic conditioning's segment has the wrong length");

        for (; !segment.IsEmpty; segment = segment[2..])
        {
            int index = segment[0];
            int value = segment[1];
            if (index > 31)
                throw Fault.Corrupt($"an arithmetic conditioning table has the index {index}; 31 is the last");

            if (index >= 16)
            {
                ArithmeticKx[index - 16] = (byte)value;
                continue;
            }

            ArithmeticLower[index] = (byte)(value & 15);
            ArithmeticUpper[index] = (byte)(value >> 4);
            if (ArithmeticLower[index] > ArithmeticUpper[index])
                throw Fault.Corrupt("an arithmetic conditioning table has its bounds the wrong way round");
        }
    }

    private static HuffmanTable Ready(HuffmanTable?[] tables, int index, string kind, HuffmanTable? typical)
    {
        var table = index > 3 ? null : tables[index] ?? typical;
        if (table == null)
            throw Fault.Corrupt($"a scan uses the {kind} Huffman table {index}, which is not defined");

        if (!table.Prepare())
            throw Fault.Corrupt($"the {kind} Huffman table {index} is not a prefix code");

        if (kind == "DC" && table.Values.ContainsAnyExceptInRange((byte)0, (byte)15))
            throw Fault.Corrupt($"the DC Huffman table {index} has a category above 15");

        return table;
    }

    private static byte[] Filled(byte value)
    {
        var values = new byte[16];
        Array.Fill(values, value);
        return values;
    }
}
