using MlPipeline.Imaging;
using MlPipeline.Imaging.Drawing;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Where a class is seen in a picture. Boxes and points are in the coordinates of the original (upright)
/// picture.</summary>
public sealed class Heatmap
{
    /// <summary>The share of the maximum from which a place belongs to the box (Zhou et al. 2016).</summary>
    public const float DefaultBoxThreshold = 0.2f;

    private readonly float[] _values;

    /// <summary>Makes a heatmap.</summary>
    /// <param name="values">H x W numbers of the map as computed.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="className">The class it shows.</param>
    /// <param name="geometry">Where the network's input lies in the original picture.</param>
    public Heatmap(float[] values, int width, int height, string className, ImageGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (width < 1 || height < 1 || values.Length != width * height)
            throw new ArgumentException($"{values.Length} numbers are no map of {width} x {height}.", nameof(values));
        (_values, Width, Height, ClassName, Geometry) = (values, width, height, className, geometry);
    }

    /// <summary>The map's columns.</summary>
    public int Width { get; }

    /// <summary>The map's rows.</summary>
    public int Height { get; }

    /// <summary>The class it shows.</summary>
    public string ClassName { get; }

    /// <summary>The class whose score was taken off; null (default) for none.</summary>
    public string? Against { get; init; }

    /// <summary>Whether a place speaks for the class: whether any value is above 0.</summary>
    public bool IsAnywherePositive => _values.AsSpan().ContainsAnyExceptInRange(float.NegativeInfinity, 0);

    /// <summary>Where the network's input lies in the original picture.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>The map as computed, row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The middle of the hottest cell, in original pixels. Bilinear enlargement has its maximum there.</summary>
    public (double X, double Y) Peak()
    {
        var best = 0;
        for (var i = 1; i < _values.Length; i++)
        {
            if (_values[i] > _values[best])
                best = i;
        }

        var x = ((best % Width) + 0.5) * Geometry.Width / Width;
        var y = ((best / Width) + 0.5) * Geometry.Height / Height;
        return Geometry.ToSource(x, y);
    }

    /// <summary>The map enlarged to the size of the network's input, bilinear, with the values as computed.</summary>
    public float[] Upsampled() =>
        Resampler.Resize(_values, Width, Height, Geometry.Width, Geometry.Height, ResampleFilter.Bilinear);

    /// <summary>
    /// The map over the whole original picture, from 0 to 1: negative values become 0, the maximum 1, and what the network did
    /// not see 0.
    /// </summary>
    public float[] OverOriginal()
    {
        var max = _values.Max();
        var result = new float[Geometry.SourceWidth * Geometry.SourceHeight];
        if (!(max > 0))
            return result;
        for (var y = 0; y < Geometry.SourceHeight; y++)
        {
            for (var x = 0; x < Geometry.SourceWidth; x++)
            {
                var (inputX, inputY) = Geometry.FromSource(x + 0.5, y + 0.5);
                if (inputX >= 0 && inputX <= Geometry.Width && inputY >= 0 && inputY <= Geometry.Height)
                {
                    var value = Bilinear.At(_values, Width, Height,
                        (inputX * Width / Geometry.Width) - 0.5, (inputY * Height / Geometry.Height) - 0.5);
                    result[(y * Geometry.SourceWidth) + x] = (float)Math.Clamp(value / max, 0, 1);
                }
            }
        }

        return result;
    }

    /// <summary>
    /// The box around the largest connected part that is at least a share of the maximum, in original pixels; null when no place
    /// is positive.
    /// </summary>
    /// <param name="threshold">The share of the maximum.</param>
    public PixelBox? Box(float threshold = DefaultBoxThreshold)
    {
        var upsampled = Upsampled();
        return BoxExtraction.Largest(upsampled, Geometry.Width, Geometry.Height, threshold) is { } box ? InSource(box) : null;
    }

    /// <summary>The boxes around the connected parts that are at least a share of the maximum, in original pixels, those with the
    /// most heat first; none when no place is positive.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="threshold">The share of the maximum.</param>
    public IReadOnlyList<PixelBox> Regions(int most, float threshold = DefaultBoxThreshold) =>
        [.. BoxExtraction.All(Upsampled(), Geometry.Width, Geometry.Height, threshold).Take(most).Select(InSource)];

    private PixelBox InSource(PixelBox box)
    {
        var (left, top) = Geometry.ToSource(box.Left, box.Top);
        var (right, bottom) = Geometry.ToSource(box.Right, box.Bottom);
        var x = Math.Clamp((int)Math.Floor(left), 0, Geometry.SourceWidth - 1);
        var y = Math.Clamp((int)Math.Floor(top), 0, Geometry.SourceHeight - 1);
        return new PixelBox(
            x,
            y,
            Math.Clamp((int)Math.Ceiling(right) - x, 1, Geometry.SourceWidth - x),
            Math.Clamp((int)Math.Ceiling(bottom) - y, 1, Geometry.SourceHeight - y));
    }

    /// <summary>Lays the map over the original picture, with the box.</summary>
    /// <param name="original">The original, upright picture; it stays as it is.</param>
    /// <param name="opacity">How much the hottest place covers.</param>
    /// <param name="box">A box to be drawn; none when null.</param>
    /// <returns>A new picture, which the caller disposes.</returns>
    public Raster OverlayOn(Raster original, float opacity = 0.6f, PixelBox? box = null)
    {
        ArgumentNullException.ThrowIfNull(original);
        if (original.Width != Geometry.SourceWidth || original.Height != Geometry.SourceHeight)
        {
            throw new ArgumentException(
                $"The heatmap belongs to a picture "
                + $"of {Geometry.SourceWidth} x {Geometry.SourceHeight}, not {original.Width} x {original.Height}.",
                nameof(original));
        }

        var result = original.Clone();
        Overlay.Heat(result, OverOriginal(), opacity);
        if (box is { } outline)
            Overlay.Box(result, outline, (255, 255, 255), Math.Max(1, Math.Min(result.Width, result.Height) / 150));
        return result;
    }
}
