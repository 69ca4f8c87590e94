namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Values between those of a plane.</summary>
internal static class Bilinear
{
    /// <summary>The value at a place; beyond the edges that of the edge.</summary>
    /// <param name="plane">Height x width values, or more between them.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="x">Column; 0 is the middle of the first.</param>
    /// <param name="y">Row; 0 is the middle of the first.</param>
    /// <param name="step">Numbers from one value to the next of its row.</param>
    public static double At(ReadOnlySpan<float> plane, int width, int height, double x, double y, int step = 1)
    {
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        var (fx, fy) = (x - left, y - top);
        var upper = (plane[((top * width) + left) * step] * (1 - fx)) + (plane[((top * width) + right) * step] * fx);
        var lower = (plane[((bottom * width) + left) * step] * (1 - fx)) + (plane[((bottom * width) + right) * step] * fx);
        return (upper * (1 - fy)) + (lower * fy);
    }
}
