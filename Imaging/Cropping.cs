using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging;

/// <summary>Cuts pictures and sets them into frames; the source is left as it is.</summary>
public static class Cropping
{
    /// <summary>The part of <paramref name="width"/> x <paramref name="height"/> pixels at (x, y).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches beyond the source.</exception>
    public static Raster Crop(Raster source, int x, int y, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(source);
        new PixelBox(x, y, width, height).CheckWithin(source.Width, source.Height, nameof(x));
        var result = Raster.Uninitialised(width, height);
        for (var row = 0; row < height; row++)
            source.Row(y + row).Slice(x * 3, width * 3).CopyTo(result.Row(row));
        return result;
    }

    /// <summary>
    /// The middle part of <paramref name="width"/> x <paramref name="height"/> pixels; an odd margin is halved downwards at the
    /// left and the top. Sides that the source lacks are filled with black on both sides.
    /// </summary>
    public static Raster CenterCrop(Raster source, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var window = CenterWindow(
            source.Width, source.Height, Math.Min(width, source.Width), Math.Min(height, source.Height));
        var cropped = Crop(source, window.Left, window.Top, window.Width, window.Height);
        if (window.Width == width && window.Height == height)
            return cropped;
        using (cropped)
        {
            int left = (width - window.Width) / 2, top = (height - window.Height) / 2;
            return Pad(cropped, left, top, width - window.Width - left, height - window.Height - top);
        }
    }

    /// <summary>
    /// Where <see cref="CenterCrop"/> cuts: the window of the given size in the middle of a picture at least as large.
    /// </summary>
    public static PixelBox CenterWindow(int sourceWidth, int sourceHeight, int width, int height) =>
        new((sourceWidth - width) / 2, (sourceHeight - height) / 2, width, height);

    /// <summary>The picture with borders of one colour (black unless given).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A border is negative.</exception>
    public static Raster Pad(Raster source, int left, int top, int right, int bottom, (byte R, byte G, byte B) color = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfNegative(bottom);

        var result = Raster.Uninitialised(checked(left + source.Width + right), checked(top + source.Height + bottom));
        var pixels = result.Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            pixels[i] = color.R;
            pixels[i + 1] = color.G;
            pixels[i + 2] = color.B;
        }

        for (var y = 0; y < source.Height; y++)
            source.Row(y).CopyTo(result.Row(top + y)[(left * 3)..]);
        return result;
    }

    /// <summary>The mirror image, left and right exchanged.</summary>
    public static Raster FlipHorizontal(Raster source) => Orientation.Apply(source, 2);

    /// <summary>The picture upside down, top and bottom exchanged.</summary>
    public static Raster FlipVertical(Raster source) => Orientation.Apply(source, 4);
}
