using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Replaces each pixel by its luma (ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B), in all three channels.</summary>
public sealed record GrayscaleOperation : ImageOperation
{
    /// <inheritdoc/>
    public override Raster Apply(Raster source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var result = source.Clone();
        var pixels = result.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var luma = (byte)(((19595 * pixels[i]) + (38470 * pixels[i + 1]) + (7471 * pixels[i + 2]) + 32768) >> 16);
            pixels[i] = pixels[i + 1] = pixels[i + 2] = luma;
        }

        return result;
    }

    /// <inheritdoc/>
    public override ImageGeometry GeometryFor(int width, int height) => ImageGeometry.Identity(width, height);
}
