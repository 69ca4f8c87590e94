using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Imaging;

/// <summary>
/// Reads bits, most significant first, from entropy-coded bytes whose stuffing has been taken out. Past the end it delivers
/// zeros and remembers that it did.
/// </summary>
/// <remarks>
/// Buffer holds the next bits at its top; Count of them are accounted for. Bits below those may already be filled in from
/// the bytes at Position: filling again sets the same bits.
/// </remarks>
internal ref struct BitReader
{
    private readonly ref byte _start;
    private readonly int _length;
    private int _position;

    public ulong Buffer;
    public int Count;

    public BitReader(ReadOnlySpan<byte> bytes)
    {
        _start = ref MemoryMarshal.GetReference(bytes);
        _length = bytes.Length;
    }

    /// <summary>More bits were taken than there are.</summary>
    public readonly bool Overrun => _position * 8L - Count > _length * 8L;

    /// <summary>Makes at least 56 bits available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill()
    {
        if (_position > _length - 8)
        {
            FillAtEnd();
            return;
        }

        var next = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref _start, _position));
        if (BitConverter.IsLittleEndian)
            next = BinaryPrimitives.ReverseEndianness(next);

        Buffer |= next >> Count;
        _position += (63 - Count) >> 3;
        Count |= 56;
    }

    /// <summary>Passes over bits that are available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(int count)
    {
        Buffer <<= count;
        Count -= count;
    }

    /// <summary>The next bits, at most 16 of them, at least one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(int count)
    {
        if (Count < count)
            Fill();

        var bits = (int)(Buffer >> (64 - count));
        Drop(count);
        return bits;
    }

    /// <summary>The next symbol; at least 15 bits stay available after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TakeSymbol(HuffmanTable table, ushort[] symbols)
    {
        if (Count < 32)
            Fill();

        int entry = symbols[(int)(Buffer >> (64 - HuffmanTable.LookaheadBits))];
        var length = entry >> 8;
        var symbol = entry & 0xFF;
        if (length == 0)
            symbol = table.DecodeLong((int)(Buffer >> 48), out length);

        Drop(length);
        return symbol;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FillAtEnd()
    {
        while (Count <= 56)
        {
            ulong next = _position < _length ? Unsafe.Add(ref _start, _position) : 0u;
            Buffer |= next << (56 - Count);
            _position++;
            Count += 8;
        }
    }
}
