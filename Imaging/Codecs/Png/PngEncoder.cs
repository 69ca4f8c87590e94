using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace MlPipeline.Imaging;

/// <summary>
/// Writes PNG files of 8 bits per sample; for each row the filter with the smallest sum of absolute values is taken.
/// </summary>
public static class PngEncoder
{
    private const int ChunkSize = 1 << 16;

    /// <summary>Writes <paramref name="raster"/> as an RGB picture.</summary>
    public static void Encode(Raster raster, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(raster);
        ArgumentNullException.ThrowIfNull(stream);
        Write(raster.Pixels, raster.Width, raster.Height, PngColorType.Rgb, stream);
    }

    /// <summary>The file of <paramref name="raster"/> as an RGB picture.</summary>
    public static byte[] Encode(Raster raster)
    {
        using MemoryStream stream = new();
        Encode(raster, stream);
        return stream.ToArray();
    }

    /// <summary>Writes <paramref name="width"/> x <paramref name="height"/> gray levels, row by row, as a gray picture.</summary>
    /// <exception cref="ArgumentException">There are not width * height levels.</exception>
    public static void EncodeGray(ReadOnlySpan<byte> levels, int width, int height, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (levels.Length != (long)width * height)
            throw new ArgumentException($"{levels.Length} levels are not {width} x {height}.", nameof(levels));

        Write(levels, width, height, PngColorType.Gray, stream);
    }

    private static void Write(ReadOnlySpan<byte> pixels, int width, int height, PngColorType type, Stream stream)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)type;
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);

        using (ChunkedStream chunks = new(stream))
        using (ZLibStream deflated = new(chunks, CompressionLevel.Optimal))
        {
            WriteRows(pixels, width, height, type == PngColorType.Rgb ? 3 : 1, deflated);
        }

        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteRows(ReadOnlySpan<byte> pixels, int width, int height, int pixelBytes, ZLibStream deflated)
    {
        var rowBytes = width * pixelBytes;
        var memory = ArrayPool<byte>.Shared.Rent(rowBytes + 2 * (rowBytes + 1));
        try
        {
            var above = memory.AsSpan(0, rowBytes);
            var best = memory.AsSpan(rowBytes, rowBytes + 1);
            var candidate = memory.AsSpan(2 * rowBytes + 1, rowBytes + 1);
            above.Clear();
            for (var y = 0; y < height; y++)
            {
                var row = pixels.Slice(y * rowBytes, rowBytes);
                var least = long.MaxValue;
                for (var filter = PngFilters.None; filter <= PngFilters.Paeth; filter++)
                {
                    candidate[0] = filter;
                    PngFilters.Apply(filter, row, above, pixelBytes, candidate[1..]);
                    var sum = PngFilters.SumOfMagnitudes(candidate[1..]);
                    if (sum < least)
                    {
                        least = sum;
                        var swap = best;
                        best = candidate;
                        candidate = swap;
                    }
                }

                deflated.Write(best);
                row.CopyTo(above);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(name);
        stream.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(content, Crc32.Of(name)));
        stream.Write(number);
    }

    /// <summary>Cuts what is written into IDAT chunks.</summary>
    private sealed class ChunkedStream(Stream target) : Stream
    {
        private readonly byte[] _chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        private int _filled;
        private bool _closed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var count = Math.Min(buffer.Length, ChunkSize - _filled);
                buffer[..count].CopyTo(_chunk.AsSpan(_filled));
                buffer = buffer[count..];
                _filled += count;
                if (_filled == ChunkSize)
                    WriteOut();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_closed)
            {
                _closed = true;
                if (_filled > 0)
                    WriteOut();

                ArrayPool<byte>.Shared.Return(_chunk);
            }

            base.Dispose(disposing);
        }

        private void WriteOut()
        {
            WriteChunk(target, "IDAT"u8, _chunk.AsSpan(0, _filled));
            _filled = 0;
        }
    }
}
