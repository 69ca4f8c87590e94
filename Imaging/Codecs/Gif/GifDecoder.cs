using System.Buffers;

namespace MlPipeline.Imaging;

/// <summary>
/// GIF 87a and 89a: the first frame, in its place on the logical screen. Transparency is dropped, the colour stays.
/// </summary>
internal static class GifDecoder
{
    /// <summary>A 12-bit code stands for at most this many pixels: the bound that unmasks an impossible frame.</summary>
    private const int LongestString = 4096;

    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        GifFrame frame = GifFrame.Parse(data);
        return new ImageInfo(ImageFormat.Gif, frame.ScreenWidth, frame.ScreenHeight, 1);
    }

    public static Raster Decode(ReadOnlySpan<byte> data, DecodeOptions options)
    {
        GifFrame frame = GifFrame.Parse(data);
        var codes = (data.Length - frame.DataOffset) * 8L / (frame.CodeBits + 1) + 1;
        if ((long)frame.Width * frame.Height > codes * LongestString)
        {
            throw Fault.Truncated(
                $"{data.Length - frame.DataOffset} bytes of codes cannot hold {frame.Width} x {frame.Height} pixels");
        }

        Raster raster = Raster.Uninitialised(frame.ScreenWidth, frame.ScreenHeight);
        var row = ArrayPool<byte>.Shared.Rent(frame.Width);
        try
        {
            if (frame.Width < frame.ScreenWidth || frame.Height < frame.ScreenHeight)
                Fill(raster, frame.Palette.AsSpan(frame.Background * 3, 3));

            GifLzw codesReader = new(data[frame.DataOffset..], frame.CodeBits);
            for (var i = 0; i < frame.Height; i++)
            {
                var indices = row.AsSpan(0, frame.Width);
                if (!codesReader.Read(indices))
                    throw Fault.Truncated($"the pixel data ends in row {i} of {frame.Height}");

                var y = frame.Top + (frame.Interlaced ? InterlacedRow(i, frame.Height) : i);
                var rgb = raster.Row(y).Slice(frame.Left * 3, frame.Width * 3);
                for (var x = 0; x < indices.Length; x++)
                    frame.Palette.AsSpan(indices[x] * 3, 3).CopyTo(rgb[(x * 3)..]);
            }

            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(row);
        }
    }

    /// <summary>
    /// Where the <paramref name="i"/>-th stored row lies: every eighth from 0, from 4, every fourth from 2, the odd ones.
    /// </summary>
    private static int InterlacedRow(int i, int height)
    {
        int first = (height + 7) / 8, second = (height + 3) / 8, third = (height + 1) / 4;
        if (i < first)
            return i * 8;

        if (i < first + second)
            return (i - first) * 8 + 4;

        return i < first + second + third ? (i - first - second) * 4 + 2 : (i - first - second - third) * 2 + 1;
    }

    private static void Fill(Raster raster, ReadOnlySpan<byte> color)
    {
        var pixels = raster.Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
            color.CopyTo(pixels[i..]);
    }
}
