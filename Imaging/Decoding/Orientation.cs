namespace MlPipeline.Imaging.Decoding;

/// <summary>The eight EXIF orientations.</summary>
public static class Orientation
{
    /// <summary>
    /// A new raster, upright, from one stored with <paramref name="orientation"/> (1 to 8; 5 to 8 swap the sides).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The orientation is not one of the eight.</exception>
    public static Raster Apply(Raster source, int orientation)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Turned(source.Pixels, 3, source.Width, source.Height, orientation);
    }

    /// <summary>
    /// The same from stored pixels of <paramref name="pixelBytes"/> bytes, of which the first three are red, green and blue.
    /// </summary>
    internal static Raster Turned(ReadOnlySpan<byte> from, int pixelBytes, int width, int height, int orientation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(orientation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orientation, 8);

        // Where the pixel at column x and row y of the result lies in the source: origin + x * stepX + y * stepY.
        (var origin, var stepX, var stepY) = orientation switch
        {
            1 => (0, 1, width),
            2 => (width - 1, -1, width),
            3 => (width * height - 1, -1, -width),
            4 => (width * (height - 1), 1, -width),
            5 => (0, width, 1),
            6 => (width * (height - 1), -width, 1),
            7 => (width * height - 1, -width, -1),
            _ => (width - 1, width, -1),
        };

        var result = orientation >= 5 ? Raster.Uninitialised(height, width) : Raster.Uninitialised(width, height);
        for (var y = 0; y < result.Height; y++)
        {
            var row = result.Row(y);
            var at = (origin + y * stepY) * pixelBytes;
            if (stepX == 1 && pixelBytes == 3)
            {
                from.Slice(at, row.Length).CopyTo(row);
                continue;
            }

            for (var x = 0; x < row.Length; x += 3, at += stepX * pixelBytes)
            {
                row[x] = from[at];
                row[x + 1] = from[at + 1];
                row[x + 2] = from[at + 2];
            }
        }

        return result;
    }
}
