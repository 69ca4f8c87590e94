namespace MlPipeline.Imaging;

/// <summary>The variable-length LZW codes of GIF, read from blocks that each begin with their length.</summary>
internal ref struct GifLzw
{
    private const int MaxBits = 12;
    private const int TableSize = 1 << MaxBits;
    private const int NoCode = -1;

    private readonly ReadOnlySpan<byte> _data;
    private readonly int _firstBits;
    private readonly int _clear;
    private readonly ushort[] _prefixes = new ushort[TableSize];
    private readonly byte[] _suffixes = new byte[TableSize];
    private readonly byte[] _pending = new byte[TableSize + 1];
    private int _at;
    private int _blockEnd;
    private uint _bitBuffer;
    private int _bitCount;
    private int _bits;
    private int _next;
    private int _previous = NoCode;
    private byte _first;
    private int _pendingCount;

    public GifLzw(ReadOnlySpan<byte> data, int codeBits)
    {
        _data = data;
        _clear = 1 << codeBits;
        _firstBits = codeBits + 1;
        for (var i = 0; i < _clear; i++)
            _suffixes[i] = (byte)i;

        Reset();
    }

    /// <summary>Fills <paramref name="indices"/>; false where the codes end first.</summary>
    public bool Read(Span<byte> indices)
    {
        var filled = 0;
        while (filled < indices.Length)
        {
            if (_pendingCount == 0 && !ReadString())
                return false;

            while (_pendingCount > 0 && filled < indices.Length)
                indices[filled++] = _pending[--_pendingCount];
        }

        return true;
    }

    /// <summary>Puts the next code's pixels, last first, on the pending stack.</summary>
    private bool ReadString()
    {
        var code = ReadCode();
        while (code == _clear)
        {
            Reset();
            code = ReadCode();
        }

        if (code < 0 || code == _clear + 1)
            return false;

        var current = code;
        if (_previous == NoCode)
        {
            if (code > _clear)
                throw Fault.Corrupt($"the pixel data begins with code {code}, which has no meaning yet");
        }
        else if (code >= _next)
        {
            if (code > _next || _next >= TableSize)
                throw Fault.Corrupt($"code {code} in the pixel data has no meaning yet");

            _pending[_pendingCount++] = _first;
            current = _previous;
        }

        while (current > _clear)
        {
            _pending[_pendingCount++] = _suffixes[current];
            current = _prefixes[current];
        }

        _first = _suffixes[current];
        _pending[_pendingCount++] = _first;
        if (_previous != NoCode && _next < TableSize)
        {
            _prefixes[_next] = (ushort)_previous;
            _suffixes[_next] = _first;
            _next++;
            if (_next == 1 << _bits && _bits < MaxBits)
                _bits++;
        }

        _previous = code;
        return true;
    }

    private void Reset()
    {
        _bits = _firstBits;
        _next = _clear + 2;
        _previous = NoCode;
    }

    private int ReadCode()
    {
        while (_bitCount < _bits)
        {
            if (_at == _blockEnd)
            {
                if (_at >= _data.Length || _data[_at] == 0)
                    return NoCode;

                _blockEnd = Math.Min(_at + 1 + _data[_at], _data.Length);
                _at++;
                continue;
            }

            _bitBuffer |= (uint)_data[_at++] << _bitCount;
            _bitCount += 8;
        }

        var code = (int)(_bitBuffer & ((1u << _bits) - 1));
        _bitBuffer >>= _bits;
        _bitCount -= _bits;
        return code;
    }
}
