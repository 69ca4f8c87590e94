using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Cuts a rectangle out. What lies outside the picture is an error.</summary>
/// <param name="X">Left edge in pixels, from 0.</param>
/// <param name="Y">Top edge in pixels, from 0.</param>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
public sealed record CropOperation(int X, int Y, int Width, int Height) : ImageOperation
{
    /// <inheritdoc/>
    public override Raster Apply(Raster source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Check(source.Width, source.Height);
        return Cropping.Crop(source, X, Y, Width, Height);
    }

    /// <inheritdoc/>
    public override ImageGeometry GeometryFor(int width, int height)
    {
        Check(width, height);
        return new ImageGeometry(width, height, Width, Height, 1, X, 1, Y);
    }

    private void Check(int width, int height)
    {
        if (X < 0 || Y < 0 || Width < 1 || Height < 1 || X > width - Width || Y > height - Height)
        {
            throw new ImageOperationException(
                $"A crop of {Width} x {Height} at ({X}, {Y}) does not lie inside a picture of {width} x {height}.");
        }
    }
}
