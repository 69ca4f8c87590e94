namespace MlPipeline.Pipeline.Images;

/// <summary>
/// Where the pixels of a prepared picture lie in the original (upright) one: x_original = x * ScaleX + OffsetX, and so for y.
/// Coordinates count from the left and top edges, so the centre of the first pixel is at 0.5.
/// </summary>
/// <param name="SourceWidth">Width of the original in pixels.</param>
/// <param name="SourceHeight">Height of the original in pixels.</param>
/// <param name="Width">Width of the prepared picture.</param>
/// <param name="Height">Height of the prepared picture.</param>
/// <param name="ScaleX">Original pixels per prepared pixel, across.</param>
/// <param name="OffsetX">Where the prepared picture's left edge lies in the original; negative where it was padded.</param>
/// <param name="ScaleY">Original pixels per prepared pixel, down.</param>
/// <param name="OffsetY">Where the prepared picture's top edge lies in the original.</param>
public readonly record struct ImageGeometry(
    int SourceWidth, int SourceHeight, int Width, int Height, double ScaleX, double OffsetX, double ScaleY, double OffsetY)
{
    /// <summary>The geometry of a picture that is left as it is.</summary>
    public static ImageGeometry Identity(int width, int height) => new(width, height, width, height, 1, 0, 1, 0);

    /// <summary>This geometry followed by another step.</summary>
    /// <param name="next">The step's geometry; its source is what this one has prepared.</param>
    public ImageGeometry Then(ImageGeometry next)
    {
        if (next.SourceWidth != Width || next.SourceHeight != Height)
        {
            throw new ArgumentException(
                $"A step on {next.SourceWidth} x {next.SourceHeight} pixels cannot follow one that gives {Width} x {Height}.",
                nameof(next));
        }

        return new ImageGeometry(
            SourceWidth, SourceHeight, next.Width, next.Height,
            ScaleX * next.ScaleX, (ScaleX * next.OffsetX) + OffsetX,
            ScaleY * next.ScaleY, (ScaleY * next.OffsetY) + OffsetY);
    }

    /// <summary>A point of the prepared picture in original coordinates.</summary>
    public (double X, double Y) ToSource(double x, double y) => ((x * ScaleX) + OffsetX, (y * ScaleY) + OffsetY);

    /// <summary>A point of the original in prepared coordinates.</summary>
    public (double X, double Y) FromSource(double x, double y) => ((x - OffsetX) / ScaleX, (y - OffsetY) / ScaleY);
}
