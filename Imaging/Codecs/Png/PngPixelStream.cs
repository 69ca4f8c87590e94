namespace MlPipeline.Imaging;

/// <summary>The pixel data chunks of a PNG file as one stream of compressed bytes, read in place from pinned memory.</summary>
internal sealed unsafe class PngPixelStream : Stream
{
    private readonly byte* _file;
    private readonly List<Range> _chunks;
    private int _chunk;
    private int _used;

    /// <param name="file">The file's first byte, pinned for as long as this is read.</param>
    /// <param name="chunks">Where the chunks' contents lie.</param>
    public PngPixelStream(byte* file, List<Range> chunks)
    {
        _file = file;
        _chunks = chunks;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (!buffer.IsEmpty && _chunk < _chunks.Count)
        {
            var start = _chunks[_chunk].Start.Value + _used;
            var count = Math.Min(_chunks[_chunk].End.Value - start, buffer.Length);
            new ReadOnlySpan<byte>(_file + start, count).CopyTo(buffer);
            buffer = buffer[count..];
            total += count;
            _used += count;
            if (start + count == _chunks[_chunk].End.Value)
            {
                _chunk++;
                _used = 0;
            }
        }

        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
