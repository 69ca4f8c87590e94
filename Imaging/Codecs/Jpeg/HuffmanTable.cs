namespace MlPipeline.Imaging;

/// <summary>A Huffman table with what makes decoding fast. The code is canonical (ITU T.81, annex C).</summary>
internal sealed class HuffmanTable
{
    /// <summary>Bits of the stream that index <see cref="Coefficients"/> and <see cref="Symbols"/>.</summary>
    public const int LookaheadBits = 10;

    /// <summary>Bits of the stream that index <see cref="Skips"/>.</summary>
    public const int SkipBits = 11;

    /// <summary>Set in an entry of <see cref="Skips"/> with which the block ends.</summary>
    public const int EndsBlock = 0x80;

    /// <summary>Set in an entry of <see cref="Coefficients"/> that is only a symbol, not a whole coefficient.</summary>
    public const int SymbolOnly = 0x80;

    private readonly byte[] _counts;
    private readonly byte[] _values;
    private readonly int[] _lastCodes = new int[17];
    private readonly int[] _valueOffsets = new int[17];
    private int[]? _coefficients;
    private ushort[]? _symbols;
    private ushort[]? _skips;

    /// <param name="counts">How many codes there are of each length 1 to 16; the first entry is unused.</param>
    /// <param name="values">The symbols in the order of their codes.</param>
    public HuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        _counts = counts.ToArray();
        _values = new byte[256];
        values.CopyTo(_values);
        ValueCount = values.Length;
    }

    public int ValueCount { get; }

    public ReadOnlySpan<byte> Counts => _counts;

    public ReadOnlySpan<byte> Values => _values.AsSpan(0, ValueCount);

    /// <summary>Whether the counts make a prefix code at all.</summary>
    public bool IsValid { get; private set; }

    /// <summary>
    /// By the next <see cref="LookaheadBits"/> bits: a coefficient whole where code and magnitude fit (value in bits 16 to 31,
    /// run of zeros in bits 8 to 15, bits to drop in bits 0 to 5); else, with <see cref="SymbolOnly"/> set, the symbol in bits
    /// 8 to 15 and its length in bits 0 to 5; length 0 where the code is longer than the lookahead.
    /// </summary>
    public int[] Coefficients => _coefficients!;

    /// <summary>
    /// By the next <see cref="LookaheadBits"/> bits: symbol in bits 0 to 7, length above; 0 where the code is longer.
    /// </summary>
    public ushort[] Symbols => _symbols ??= BuildSymbols();

    /// <summary>
    /// By the next <see cref="SkipBits"/> bits: all the AC coefficients that lie in them whole, for passing over them. How many
    /// places they take in bits 8 to 15, bits to drop in bits 0 to 5, none where not even one is whole.
    /// </summary>
    public ushort[] Skips => _skips ??= BuildSkips();

    /// <summary>Makes the table ready; false where the counts are no prefix code.</summary>
    public bool Prepare()
    {
        if (_coefficients != null)
            return IsValid;

        var coefficients = new int[1 << LookaheadBits];
        Array.Fill(coefficients, SymbolOnly);
        var code = 0;
        var index = 0;
        var valid = true;
        for (var length = 1; length <= 16; length++)
        {
            int count = _counts[length];
            _valueOffsets[length] = index - code;
            for (var i = 0; i < count && length <= LookaheadBits; i++)
            {
                if (code + i < 1 << length)
                    AddCoefficient(coefficients, (code + i) << (LookaheadBits - length), length, _values[index + i]);
            }

            index += count;
            code += count;
            valid &= code <= 1 << length;
            _lastCodes[length] = count > 0 ? code - 1 : -1;
            code <<= 1;
        }

        IsValid = valid;
        _coefficients = coefficients;
        return valid;
    }

    /// <summary>The symbol of a code longer than the lookahead; sixteen bits are looked at.</summary>
    /// <param name="next">The next 16 bits of the stream.</param>
    /// <param name="length">Bits to drop: 17 where no code matches, and the symbol is then 0.</param>
    public int DecodeLong(int next, out int length)
    {
        for (length = LookaheadBits + 1; length <= 16; length++)
        {
            var code = next >> (16 - length);
            if (code <= _lastCodes[length])
                return _values[(code + _valueOffsets[length]) & 0xFF];
        }

        return 0;
    }

    /// <summary>The value of a coefficient from its magnitude bits (ITU T.81, figure F.12).</summary>
    public static int Extend(int bits, int size)
    {
        // Without a branch: the sign of a coefficient cannot be predicted.
        var negative = (bits - (1 << (size - 1))) >> 31;
        return bits + (negative & (1 - (1 << size)));
    }

    private static void AddCoefficient(int[] table, int start, int length, int symbol)
    {
        var size = symbol & 15;
        var free = LookaheadBits - length;
        if (size == 0 || size > free)
        {
            table.AsSpan(start, 1 << free).Fill(SymbolOnly | symbol << 8 | length);
            return;
        }

        var each = 1 << (free - size);
        for (var bits = 0; bits < 1 << size; bits++)
        {
            var entry = Extend(bits, size) << 16 | (symbol >> 4) << 8 | length + size;
            table.AsSpan(start + bits * each, each).Fill(entry);
        }
    }

    private ushort[] BuildSymbols()
    {
        var symbols = new ushort[1 << LookaheadBits];
        var code = 0;
        var index = 0;
        for (var length = 1; length <= LookaheadBits; length++, code <<= 1)
        {
            for (var i = 0; i < _counts[length]; i++, code++, index++)
            {
                symbols.AsSpan(code << (LookaheadBits - length), 1 << (LookaheadBits - length))
                    .Fill((ushort)(length << 8 | _values[index]));
            }
        }

        return symbols;
    }

    private ushort[] BuildSkips()
    {
        var symbols = Symbols;
        var skips = new ushort[1 << SkipBits];
        for (var i = 0; i < skips.Length; i++)
        {
            var used = 0;
            var places = 0;
            var end = 0;
            while (end == 0)
            {
                var next = (i << used) & ((1 << SkipBits) - 1);
                int entry = symbols[next >> (SkipBits - LookaheadBits)];
                var size = entry & 15;
                var total = (entry >> 8) + size;
                if (entry >> 8 == 0 || used + total > SkipBits)
                    break;

                used += total;
                if (size == 0 && (byte)entry != 0xF0)
                    end = EndsBlock;
                else
                    places += ((entry >> 4) & 15) + 1;
            }

            skips[i] = (ushort)(places << 8 | end | used);
        }

        return skips;
    }
}
