using System.Buffers;

namespace MlPipeline.Imaging.Resampling;

/// <summary>
/// Resizes as Pillow does: two passes, rows then columns, in 8-bit fixed-point arithmetic, antialiased (the filter is as wide as
/// the shrinking demands). Results are equal to Pillow's to the bit.
/// </summary>
public static class Resampler
{
    /// <summary>A new raster of <paramref name="width"/> x <paramref name="height"/> pixels.</summary>
    /// <param name="source">Is left as it is.</param>
    /// <param name="width">Pixels in a row of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="filter">How pixels are weighed.</param>
    /// <param name="box">The part of the source that is resized, in source pixels; null for all of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the box is empty or not within the source.</exception>
    public static Raster Resize(
        Raster source, int width, int height, ResampleFilter filter,
        (double Left, double Top, double Right, double Bottom)? box = null) =>
        Resize(source, width, height, filter, new PixelBox(0, 0, width, height), box);

    /// <summary>
    /// The part <paramref name="window"/> of what resizing to <paramref name="width"/> x <paramref name="height"/> would give:
    /// the same pixels as resizing and then cropping, for the work of the wanted ones alone.
    /// </summary>
    /// <inheritdoc cref="Resize(Raster, int, int, ResampleFilter, ValueTuple{double, double, double, double}?)"/>
    /// <param name="source">Is left as it is.</param>
    /// <param name="width">Pixels in a row of the whole resized picture.</param>
    /// <param name="height">Rows of the whole resized picture.</param>
    /// <param name="filter">How pixels are weighed.</param>
    /// <param name="window">The wanted part of the resized picture.</param>
    /// <param name="box">The part of the source that is resized, in source pixels; null for all of it.</param>
    public static Raster Resize(
        Raster source, int width, int height, ResampleFilter filter, PixelBox window,
        (double Left, double Top, double Right, double Bottom)? box = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        window.CheckWithin(width, height, nameof(window));
        (var left, var top, var right, var bottom) = Check(box, source.Width, source.Height);
        if (filter == ResampleFilter.Nearest)
            return Nearest(source, width, height, window, left, top, right, bottom);
        var acrossRows = width != source.Width || left != 0 || right != source.Width;
        var downColumns = height != source.Height || top != 0 || bottom != source.Height;
        if (!acrossRows && !downColumns)
            return Cropping.Crop(source, window.Left, window.Top, window.Width, window.Height);
        if (!acrossRows)
        {
            using var columns = ResampleAxis.Of(
                source.Height, top, bottom, height, window.Top, window.Height, filter);
            var result = Raster.Uninitialised(window.Width, window.Height);
            ResampleColumns.Run(
                source.Pixels, source.Width * 3, 0, window.Left * 3, window.Width * 3, columns, result.Pixels);
            return result;
        }

        using var rows = ResampleAxis.Of(source.Width, left, right, width, window.Left, window.Width, filter);
        if (!downColumns)
        {
            var result = Raster.Uninitialised(window.Width, window.Height);
            ResampleRows.Run(
                source.Pixels[(window.Top * source.Width * 3)..], source.Width, window.Height, rows, result.Pixels);
            return result;
        }

        return BothPasses(source, rows, top, bottom, height, window, filter);
    }

    /// <summary>
    /// Resizes one plane of numbers, row by row, with the same filters in double precision: for heat maps.
    /// </summary>
    /// <exception cref="ArgumentException">The plane has not sourceWidth * sourceHeight numbers.</exception>
    public static float[] Resize(
        ReadOnlySpan<float> plane, int sourceWidth, int sourceHeight, int width, int height, ResampleFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (plane.Length != (long)sourceWidth * sourceHeight)
            throw new ArgumentException($"{plane.Length} numbers are not {sourceWidth} x {sourceHeight}.", nameof(plane));
        if (filter == ResampleFilter.Nearest)
            return ResamplePlane.Nearest(plane, sourceWidth, sourceHeight, width, height);
        var rows = ResamplePlane.Along(plane, sourceWidth, sourceHeight, 1, sourceWidth, width, filter);
        return ResamplePlane.Along(rows, sourceHeight, width, width, 1, height, filter);
    }

    private static Raster BothPasses(
        Raster source, in ResampleAxis rows, float top, float bottom, int height, PixelBox window, ResampleFilter filter)
    {
        using var columns = ResampleAxis.Of(source.Height, top, bottom, height, window.Top, window.Height, filter);
        (var first, var last) = columns.Reach;
        var rowBytes = window.Width * 3;
        var between = ArrayPool<byte>.Shared.Rent(checked((last - first + 1) * rowBytes));
        var result = Raster.Uninitialised(window.Width, window.Height);
        ResampleRows.Run(source.Pixels[(first * source.Width * 3)..], source.Width, last - first + 1, rows, between);
        ResampleColumns.Run(between, rowBytes, first, 0, rowBytes, columns, result.Pixels);
        ArrayPool<byte>.Shared.Return(between);
        return result;
    }

    /// <summary>Steps are added up, not multiplied out, as in Pillow: the last digit decides which pixel is hit.</summary>
    private static Raster Nearest(
        Raster source, int width, int height, PixelBox window, float left, float top, float right, float bottom)
    {
        var columns = NearestPositions(left, right, width, source.Width, window.Left, window.Width);
        var rows = NearestPositions(top, bottom, height, source.Height, window.Top, window.Height);
        var result = Raster.Uninitialised(window.Width, window.Height);
        for (var y = 0; y < window.Height; y++)
        {
            ReadOnlySpan<byte> from = source.Row(rows[y]);
            var to = result.Row(y);
            for (var x = 0; x < window.Width; x++)
                from.Slice(columns[x] * 3, 3).CopyTo(to[(x * 3)..]);
        }

        return result;
    }

    /// <summary>
    /// The source positions of those <paramref name="count"/> of <paramref name="fullLength"/> positions that begin at
    /// <paramref name="first"/>.
    /// </summary>
    internal static int[] NearestPositions(float from, float to, int fullLength, int sourceLength, int first, int count)
    {
        var positions = new int[count];
        var step = (double)(to - from) / fullLength;
        var at = from + step * 0.5;
        for (var i = 0; i < first; i++)
            at += step;
        for (var i = 0; i < count; i++, at += step)
            positions[i] = Math.Clamp((int)at, 0, sourceLength - 1);
        return positions;
    }

    private static (float Left, float Top, float Right, float Bottom) Check(
        (double Left, double Top, double Right, double Bottom)? box, int width, int height)
    {
        if (box is not (double left, double top, double right, double bottom))
            return (0, 0, width, height);
        (var l, var t, var r, var b) = ((float)left, (float)top, (float)right, (float)bottom);
        if (!(l >= 0 && t >= 0 && r <= width && b <= height && r > l && b > t))
            throw new ArgumentOutOfRangeException(nameof(box), $"{box} is empty or not within {width} x {height} pixels.");
        return (l, t, r, b);
    }
}
