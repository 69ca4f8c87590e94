using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Imaging;

/// <summary>Reads the blocks of sequential Huffman scans (ITU T.81, F.2.2).</summary>
internal static class SequentialHuffman
{
    /// <summary>Reads one block.</summary>
    /// <param name="bits">The stream.</param>
    /// <param name="block">64 coefficients, row by row, zero but for the first, which is always written.</param>
    /// <param name="dc">Table of the DC differences.</param>
    /// <param name="ac">Table of the AC coefficients.</param>
    /// <param name="predictor">The DC coefficient of the component's block before this one.</param>
    /// <returns>The zigzag index of the last coefficient written.</returns>
    public static int Decode(ref BitReader bits, scoped Span<short> block, HuffmanTable dc, HuffmanTable ac, ref int predictor)
    {
        predictor += TakeDifference(ref bits, dc);
        _ = block[63];
        block[0] = (short)predictor;

        ref var coefficients = ref MemoryMarshal.GetReference(block);
        ref var table = ref MemoryMarshal.GetArrayDataReference(ac.Coefficients);
        ref var natural = ref MemoryMarshal.GetReference(ZigZag.ToNatural);
        var buffer = bits.Buffer;
        var count = bits.Count;
        var last = 0;
        var k = 1;
        do
        {
            if (count < 32)
            {
                bits.Buffer = buffer;
                bits.Count = count;
                bits.Fill();
                buffer = bits.Buffer;
                count = bits.Count;
            }

            var entry = Unsafe.Add(ref table, (nint)(buffer >> (64 - HuffmanTable.LookaheadBits)));
            var length = entry & 63;
            int value;
            if ((entry & HuffmanTable.SymbolOnly) == 0)
            {
                k += (byte)(entry >> 8);
                value = entry >> 16;
                buffer <<= length;
                count -= length;
            }
            else
            {
                var symbol = length > 0 ? (byte)(entry >> 8) : ac.DecodeLong((int)(buffer >> 48), out length);
                buffer <<= length;
                count -= length;
                var size = symbol & 15;
                if (size == 0)
                {
                    if (symbol != 0xF0)
                        break;

                    k += 16;
                    continue;
                }

                k += symbol >> 4;
                value = HuffmanTable.Extend((int)(buffer >> (64 - size)), size);
                buffer <<= size;
                count -= size;
            }

            last = k;
            Unsafe.Add(ref coefficients, (nint)Unsafe.Add(ref natural, k)) = (short)value;
            k++;
        }
        while (k < 64);

        bits.Buffer = buffer;
        bits.Count = count;
        return last;
    }

    /// <summary>Reads one block's DC coefficient; passes over the others, several at once where their codes are short.</summary>
    /// <param name="bits">The stream.</param>
    /// <param name="dc">Table of the DC differences.</param>
    /// <param name="ac">Table of the AC coefficients.</param>
    /// <param name="predictor">The DC coefficient of the component's block before this one; becomes this one's.</param>
    public static void DecodeDcOnly(ref BitReader bits, HuffmanTable dc, HuffmanTable ac, ref int predictor)
    {
        predictor += TakeDifference(ref bits, dc);
        ref var skips = ref MemoryMarshal.GetArrayDataReference(ac.Skips);
        ref var table = ref MemoryMarshal.GetArrayDataReference(ac.Coefficients);
        var buffer = bits.Buffer;
        var count = bits.Count;
        var k = 1;
        while (k < 64)
        {
            if (count < 32)
            {
                bits.Buffer = buffer;
                bits.Count = count;
                bits.Fill();
                buffer = bits.Buffer;
                count = bits.Count;
            }

            int entry = Unsafe.Add(ref skips, (nint)(buffer >> (64 - HuffmanTable.SkipBits)));
            var length = entry & 63;
            var end = (entry & HuffmanTable.EndsBlock) >> 7;

            // Not beyond this block: an end behind the 64th coefficient would be a code of the next one.
            var next = k + (entry >> 8) + end;
            if (next > 64 || length == 0)
            {
                entry = Unsafe.Add(ref table, (nint)(buffer >> (64 - HuffmanTable.LookaheadBits)));
                length = entry & 63;
                next = k + 1 + (byte)(entry >> 8);
                end = 0;
                if ((entry & HuffmanTable.SymbolOnly) != 0)
                {
                    var symbol = length > 0 ? (byte)(entry >> 8) : ac.DecodeLong((int)(buffer >> 48), out length);
                    var size = symbol & 15;
                    length += size;
                    next = k + 1 + (symbol >> 4);
                    end = size == 0 && symbol != 0xF0 ? 1 : 0;
                }
            }

            buffer <<= length;
            count -= length;
            k = end != 0 ? 64 : next;
        }

        bits.Buffer = buffer;
        bits.Count = count;
    }

    /// <summary>A DC difference (ITU T.81, F.2.2.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TakeDifference(ref BitReader bits, HuffmanTable dc)
    {
        if (bits.Count < 32)
            bits.Fill();

        var entry = dc.Coefficients[(int)(bits.Buffer >> (64 - HuffmanTable.LookaheadBits))];
        var length = entry & 63;
        if ((entry & HuffmanTable.SymbolOnly) == 0)
        {
            bits.Drop(length);
            return entry >> 16;
        }

        var size = length > 0 ? (byte)(entry >> 8) : dc.DecodeLong((int)(bits.Buffer >> 48), out length);
        bits.Drop(length);
        return size == 0 ? 0 : HuffmanTable.Extend(bits.Take(size), size);
    }
}
