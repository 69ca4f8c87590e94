using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace MlPipeline.Imaging;

/// <summary>Windows and OS/2 bitmaps: 1, 4, 8, 16, 24 and 32 bits, run-length coded, with bit fields, either way up.</summary>
internal static class BmpDecoder
{

    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        BmpHeader header = BmpHeader.Parse(data);
        return new ImageInfo(ImageFormat.Bmp, header.Width, header.Height, 1);
    }

    public static Raster Decode(ReadOnlySpan<byte> data, DecodeOptions options)
    {
        BmpHeader header = BmpHeader.Parse(data);
        var pixels = data[header.PixelOffset..];
        var coded = header.Compression is BmpCompression.Rle4 or BmpCompression.Rle8;
        if (!coded && header.Stride * (header.Height - 1) + header.RowBytes > pixels.Length)
        {
            throw Fault.Truncated($"{pixels.Length} bytes of pixels are too few for " +
                $"{header.Width} x {header.Height} of {header.Bits} bits");
        }

        Raster raster = Raster.Uninitialised(header.Width, header.Height);
        try
        {
            if (coded)
                ReadRunLength(data, pixels, header, raster);
            else if (header.Bits <= 8)
                ReadIndexed(data, pixels, header, raster);
            else if (header.Compression == BmpCompression.None && header.Bits >= 24)
                ReadBgr(pixels, header, raster);
            else
                ReadBitFields(pixels, header, raster);

            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }

    private static Span<byte> RowOf(Raster raster, BmpHeader header, int y) =>
        raster.Row(header.TopDown ? y : header.Height - 1 - y);

    private static void ReadBgr(ReadOnlySpan<byte> pixels, BmpHeader header, Raster raster)
    {
        var step = header.Bits / 8;
        for (var y = 0; y < header.Height; y++)
        {
            var row = pixels.Slice((int)(y * header.Stride), (int)header.RowBytes);
            var rgb = RowOf(raster, header, y);
            for (int from = 0, to = 0; to < rgb.Length; to += 3, from += step)
            {
                rgb[to] = row[from + 2];
                rgb[to + 1] = row[from + 1];
                rgb[to + 2] = row[from];
            }
        }
    }

    private static void ReadBitFields(ReadOnlySpan<byte> pixels, BmpHeader header, Raster raster)
    {
        (BitField red, BitField green, BitField blue) =
            (new(header.Masks.Red), new(header.Masks.Green), new(header.Masks.Blue));
        var step = header.Bits / 8;
        for (var y = 0; y < header.Height; y++)
        {
            var row = pixels.Slice((int)(y * header.Stride), (int)header.RowBytes);
            var rgb = RowOf(raster, header, y);
            for (int from = 0, to = 0; to < rgb.Length; to += 3, from += step)
            {
                var pixel = step switch
                {
                    2 => BinaryPrimitives.ReadUInt16LittleEndian(row[from..]),
                    3 => row[from] | (uint)row[from + 1] << 8 | (uint)row[from + 2] << 16,
                    _ => BinaryPrimitives.ReadUInt32LittleEndian(row[from..]),
                };
                rgb[to] = red.Of(pixel);
                rgb[to + 1] = green.Of(pixel);
                rgb[to + 2] = blue.Of(pixel);
            }
        }
    }

    private static void ReadIndexed(ReadOnlySpan<byte> data, ReadOnlySpan<byte> pixels, BmpHeader header, Raster raster)
    {
        Span<byte> palette = stackalloc byte[256 * 3];
        ReadPalette(data, header, palette);
        int bits = header.Bits, mask = (1 << bits) - 1;
        for (var y = 0; y < header.Height; y++)
        {
            var row = pixels.Slice((int)(y * header.Stride), (int)header.RowBytes);
            var rgb = RowOf(raster, header, y);
            for (var x = 0; x < header.Width; x++)
            {
                var at = (long)x * bits;
                var index = (row[(int)(at >> 3)] >> (8 - bits - (int)(at & 7))) & mask;
                palette.Slice(index * 3, 3).CopyTo(rgb[(x * 3)..]);
            }
        }
    }

    private static void ReadRunLength(ReadOnlySpan<byte> data, ReadOnlySpan<byte> pixels, BmpHeader header, Raster raster)
    {
        Span<byte> palette = stackalloc byte[256 * 3];
        ReadPalette(data, header, palette);
        var indices = ArrayPool<byte>.Shared.Rent(header.Width * header.Height);
        try
        {
            BmpRunLength.Decode(
                pixels, indices.AsSpan(0, header.Width * header.Height), header.Width, header.Height, header.Bits == 4);
            for (var y = 0; y < header.Height; y++)
            {
                var rgb = RowOf(raster, header, y);
                for (var x = 0; x < header.Width; x++)
                    palette.Slice(indices[y * header.Width + x] * 3, 3).CopyTo(rgb[(x * 3)..]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(indices);
        }
    }

    /// <summary>The palette as R, G, B.</summary>
    private static void ReadPalette(ReadOnlySpan<byte> data, BmpHeader header, Span<byte> palette)
    {
        GrayRamp.Fill(palette);
        (var offset, var count, var length) = header.Palette;
        for (var i = 0; i < count; i++)
        {
            var at = offset + i * length;
            if (at + 3 > data.Length)
                break;

            palette[i * 3] = data[at + 2];
            palette[i * 3 + 1] = data[at + 1];
            palette[i * 3 + 2] = data[at];
        }
    }

    /// <summary>One colour's bits in a pixel, stretched to 0..255.</summary>
    private readonly struct BitField(uint mask)
    {
        private readonly int _shift = mask == 0 ? 0 : BitOperations.TrailingZeroCount(mask);
        private readonly ulong _max = mask == 0 ? 1 : mask >> BitOperations.TrailingZeroCount(mask);

        public byte Of(uint pixel) => (byte)(((pixel & mask) >> _shift) * 255UL / _max);
    }
}
