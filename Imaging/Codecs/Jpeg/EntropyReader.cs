using System.Buffers;

namespace MlPipeline.Imaging;

/// <summary>
/// Feeds one scan's entropy-coded data: takes the stuffing out, up to the next marker, and finds the way at restart markers
/// as libjpeg does, so that a damaged file loses as little as it does there.
/// </summary>
internal ref struct EntropyReader
{
    private readonly ReadOnlySpan<byte> _file;
    private byte[] _buffer;
    private int _length;
    private int _nextRestart;

    public EntropyReader(ReadOnlySpan<byte> file, int position)
    {
        _file = file;
        Position = position;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(file.Length - position, 16));
        Load();
    }

    /// <summary>Where the file is read on: at the marker that ended the data, or at the end.</summary>
    public int Position { get; private set; }

    /// <summary>The marker that ended the data, or 0 at the end of the file.</summary>
    public byte Marker { get; private set; }

    /// <summary>The data ran out before the picture did: what follows, up to the next restart, is left as it is.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>The data up to the next marker, for the arithmetic decoder.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The data up to the next marker, for the Huffman decoders.</summary>
    public BitReader Bits;

    /// <summary>To be called after each coded unit: notices that it was read past the end.</summary>
    /// <exception cref="ImageDecodeException">The file itself ended.</exception>
    public void Check()
    {
        if (Bits.Overrun)
            Exhaust();
    }

    public void Exhaust()
    {
        if (Marker == 0)
            throw Fault.Truncated("the file ends within its picture data");

        Exhausted = true;
    }

    /// <summary>Goes on after the next restart marker; stays where it is when that one seems to be missing.</summary>
    public void Restart()
    {
        var expected = _nextRestart;
        _nextRestart = (_nextRestart + 1) & 7;
        while (true)
        {
            if (Marker == 0)
                throw Fault.Truncated("the file ends within its picture data");

            if (Marker >= JpegMarker.StartOfFrame0)
            {
                // How far ahead of the expected one it is. One or two: the expected one was lost, and this one is kept.
                var ahead = JpegMarker.IsRestart(Marker) ? (Marker - JpegMarker.Restart0 - expected) & 7 : 1;
                if (ahead is 1 or 2)
                {
                    _length = 0;
                    Bits = new BitReader(Bytes);
                    return;
                }

                if (ahead is not (6 or 7))
                {
                    Position += 2;
                    Load();
                    Exhausted = false;
                    return;
                }
            }

            // A restart already past, or no marker of this scan at all.
            Position += 2;
            Load();
        }
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        Bits = default;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Load()
    {
        var length = 0;
        var position = Position;
        Marker = 0;
        while (true)
        {
            var rest = _file[position..];
            var plain = rest.IndexOf((byte)0xFF);
            if (plain < 0)
                plain = rest.Length;

            rest[..plain].CopyTo(_buffer.AsSpan(length));
            length += plain;
            position += plain;

            var next = position + 1;
            while (next < _file.Length && _file[next] == 0xFF)
                next++;

            if (next >= _file.Length)
            {
                position = _file.Length;
                break;
            }

            if (_file[next] != 0)
            {
                Marker = _file[next];
                position = next - 1;
                break;
            }

            _buffer[length++] = 0xFF;
            position = next + 1;
        }

        _length = length;
        Position = position;
        Bits = new BitReader(Bytes);
    }
}
