namespace MlPipeline.Imaging;

/// <summary>
/// Turns an unfiltered row of any colour type and depth into RGB. Alpha is dropped; 16-bit samples keep the high byte.
/// </summary>
internal static class PngRow
{
    /// <param name="header">Colour type and depth.</param>
    /// <param name="palette">256 R, G, B triples, for a palette picture.</param>
    /// <param name="row">The packed samples.</param>
    /// <param name="rgb">Three bytes for each pixel; its length says how many.</param>
    public static void ToRgb(in PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> row, Span<byte> rgb)
    {
        var sampleBytes = header.BitDepth == 16 ? 2 : 1;
        switch (header.ColorType)
        {
            case PngColorType.Rgb when sampleBytes == 1:
                row[..rgb.Length].CopyTo(rgb);
                break;
            case PngColorType.Rgb or PngColorType.RgbAlpha:
                var pixelBytes = header.SamplesPerPixel * sampleBytes;
                for (int to = 0, from = 0; to < rgb.Length; to += 3, from += pixelBytes)
                {
                    rgb[to] = row[from];
                    rgb[to + 1] = row[from + sampleBytes];
                    rgb[to + 2] = row[from + 2 * sampleBytes];
                }

                break;
            case PngColorType.Palette:
                for (int to = 0, x = 0; to < rgb.Length; to += 3, x++)
                    palette.Slice(Sample(row, x, header.BitDepth) * 3, 3).CopyTo(rgb[to..]);

                break;
            default:
                GrayToRgb(header, row, rgb);
                break;
        }
    }

    private static void GrayToRgb(in PngHeader header, ReadOnlySpan<byte> row, Span<byte> rgb)
    {
        if (header.BitDepth >= 8)
        {
            var pixelBytes = header.BitsPerPixel / 8;
            for (int to = 0, from = 0; to < rgb.Length; to += 3, from += pixelBytes)
                rgb[to] = rgb[to + 1] = rgb[to + 2] = row[from];

            return;
        }

        var scale = 255 / ((1 << header.BitDepth) - 1);
        for (int to = 0, x = 0; to < rgb.Length; to += 3, x++)
            rgb[to] = rgb[to + 1] = rgb[to + 2] = (byte)(Sample(row, x, header.BitDepth) * scale);
    }

    /// <summary>The <paramref name="x"/>-th sample of 1, 2, 4 or 8 bits; the first lies in the high bits.</summary>
    private static int Sample(ReadOnlySpan<byte> row, int x, int bits)
    {
        var at = x * bits;
        return (row[at >> 3] >> (8 - bits - (at & 7))) & ((1 << bits) - 1);
    }
}
