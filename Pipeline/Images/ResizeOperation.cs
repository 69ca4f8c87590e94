using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Brings a picture to a fixed size, antialiased.</summary>
/// <param name="Width">Pixels of the result, at least 1.</param>
/// <param name="Height">Pixels of the result, at least 1.</param>
/// <param name="Resizing">Padded with black, cropped, or stretched.</param>
/// <param name="CropAnchor">Which part stays when it is cropped.</param>
/// <param name="Filter">The resampling filter.</param>
public sealed record ResizeOperation(
    int Width,
    int Height,
    ImageResizingEstimator.ResizingKind Resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
    ImageResizingEstimator.Anchor CropAnchor = ImageResizingEstimator.Anchor.Center,
    ResampleFilter Filter = ResampleFilter.Bilinear) : ImageOperation
{
    internal override (int Width, int Height)? EnoughSource => (2 * Width, 2 * Height);

    /// <inheritdoc/>
    public override Raster Apply(Raster source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Resizing == ImageResizingEstimator.ResizingKind.Fill)
            return Resampler.Resize(source, Width, Height, Filter);

        var (width, height) = Scaled(source.Width, source.Height);
        var (x, y) = Anchored(width, height);
        if (Resizing == ImageResizingEstimator.ResizingKind.IsoCrop)
        {
            // The scaled picture is never made: of a long and thin one it could have a million times the pixels.
            return Resampler.Resize(source, width, height, Filter, new PixelBox(x, y, Width, Height));
        }

        using var scaled = Resampler.Resize(source, width, height, Filter);
        var result = new Raster(Width, Height);
        for (var row = 0; row < height; row++)
            scaled.Row(row).CopyTo(result.Row(row - y)[(-x * 3)..]);

        return result;
    }

    /// <inheritdoc/>
    public override ImageGeometry GeometryFor(int width, int height)
    {
        var fill = Resizing == ImageResizingEstimator.ResizingKind.Fill;
        var (scaledWidth, scaledHeight) = fill ? (Width, Height) : Scaled(width, height);
        var (x, y) = fill ? (0, 0) : Anchored(scaledWidth, scaledHeight);
        var (scaleX, scaleY) = ((double)width / scaledWidth, (double)height / scaledHeight);
        return new ImageGeometry(width, height, Width, Height, scaleX, x * scaleX, scaleY, y * scaleY);
    }

    /// <summary>The size of the whole picture at the scale of the result: it covers the result, or fits into it.</summary>
    private (int Width, int Height) Scaled(int width, int height)
    {
        var (scaleX, scaleY) = ((double)Width / width, (double)Height / height);
        if (Resizing == ImageResizingEstimator.ResizingKind.IsoCrop)
        {
            if (Math.Max(width * scaleY, height * scaleX) > int.MaxValue / 2)
            {
                throw new ImageOperationException(
                    $"A picture of {width} x {height} is too long and thin to cover {Width} x {Height}.");
            }

            return scaleX >= scaleY
                ? (Width, Math.Max(Height, (int)Math.Round(height * scaleX)))
                : (Math.Max(Width, (int)Math.Round(width * scaleY)), Height);
        }

        return scaleX <= scaleY
            ? (Width, Math.Clamp((int)Math.Round(height * scaleX), 1, Height))
            : (Math.Clamp((int)Math.Round(width * scaleY), 1, Width), Height);
    }

    /// <summary>Where the result begins in the scaled picture; negative when it is padded.</summary>
    private (int X, int Y) Anchored(int width, int height)
    {
        var (x, y) = (width - Width, height - Height);
        if (Resizing == ImageResizingEstimator.ResizingKind.IsoPad)
            return (-((-x) / 2), -((-y) / 2));

        return CropAnchor switch
        {
            ImageResizingEstimator.Anchor.Left => (0, y / 2),
            ImageResizingEstimator.Anchor.Right => (x, y / 2),
            ImageResizingEstimator.Anchor.Top => (x / 2, 0),
            ImageResizingEstimator.Anchor.Bottom => (x / 2, y),
            _ => (x / 2, y / 2),
        };
    }
}
