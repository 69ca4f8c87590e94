namespace MlPipeline.Imaging.Drawing;

/// <summary>Draws on pictures, in place.</summary>
public static class Overlay
{
    /// <summary>
    /// Lays heat over a picture: the hotter a place, the stronger its colour covers what is below; cold places are only darkened.
    /// </summary>
    /// <param name="picture">Is drawn on.</param>
    /// <param name="heat">One number of 0 to 1 for each pixel, row by row.</param>
    /// <param name="opacity">How much the hottest place covers, 0 to 1.</param>
    /// <exception cref="ArgumentException">There are not Width * Height numbers.</exception>
    public static void Heat(Raster picture, ReadOnlySpan<float> heat, float opacity = 0.7f)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        var pixels = picture.Pixels;
        if (heat.Length * 3L != pixels.Length)
            throw new ArgumentException($"{heat.Length} numbers are not {picture.Width} x {picture.Height}.", nameof(heat));
        for (var i = 0; i < heat.Length; i++)
        {
            var value = float.IsNaN(heat[i]) ? 0 : Math.Clamp(heat[i], 0, 1);
            (var red, var green, var blue) = HeatColors.Of(value);
            var cover = opacity * (0.4f + 0.6f * value);
            pixels[i * 3] = Mix(pixels[i * 3], red, cover);
            pixels[i * 3 + 1] = Mix(pixels[i * 3 + 1], green, cover);
            pixels[i * 3 + 2] = Mix(pixels[i * 3 + 2], blue, cover);
        }
    }

    /// <summary>Draws the outline of a box, inside it; what lies beyond the picture is left out.</summary>
    /// <param name="picture">Is drawn on.</param>
    /// <param name="box">The box.</param>
    /// <param name="color">The line's colour.</param>
    /// <param name="thickness">The line's width in pixels, at least 1.</param>
    public static void Box(Raster picture, PixelBox box, (byte R, byte G, byte B) color, int thickness = 2)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        int across = Math.Min(thickness, box.Width), down = Math.Min(thickness, box.Height);
        Fill(picture, box.Left, box.Top, box.Right, box.Top + down, color);
        Fill(picture, box.Left, box.Bottom - down, box.Right, box.Bottom, color);
        Fill(picture, box.Left, box.Top, box.Left + across, box.Bottom, color);
        Fill(picture, box.Right - across, box.Top, box.Right, box.Bottom, color);
    }

    private static void Fill(Raster picture, int left, int top, int right, int bottom, (byte R, byte G, byte B) color)
    {
        for (var y = Math.Max(top, 0); y < Math.Min(bottom, picture.Height); y++)
        {
            var row = picture.Row(y);
            for (var x = Math.Max(left, 0); x < Math.Min(right, picture.Width); x++)
                (row[x * 3], row[x * 3 + 1], row[x * 3 + 2]) = color;
        }
    }

    private static byte Mix(byte below, byte above, float cover) => (byte)(below + (above - below) * cover + 0.5f);
}
