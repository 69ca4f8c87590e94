namespace MlPipeline.Imaging.Resampling;

/// <summary>Resizing of one plane of floats, one axis at a time.</summary>
internal static class ResamplePlane
{
    /// <param name="plane">The numbers.</param>
    /// <param name="length">Positions along the axis that is resized.</param>
    /// <param name="lines">How many such lines there are.</param>
    /// <param name="step">From one position to the next in <paramref name="plane"/>.</param>
    /// <param name="lineStep">From one line to the next.</param>
    /// <param name="count">Positions in a resized line.</param>
    /// <param name="filter">Any but nearest.</param>
    public static float[] Along(
        ReadOnlySpan<float> plane, int length, int lines, int step, int lineStep, int count, ResampleFilter filter)
    {
        if (count == length)
            return plane.ToArray();
        var scale = (double)length / count;
        var filterScale = Math.Max(scale, 1.0);
        var support = FilterKernel.Support(filter) * filterScale;
        var weights = new double[(int)Math.Ceiling(support) * 2 + 1];
        var result = new float[checked(count * lines)];

        // A resized row stays a row and a resized column a column.
        var targetLineStep = step == 1 ? count : 1;
        var targetStep = step == 1 ? 1 : lines;
        for (var i = 0; i < count; i++)
        {
            (var start, var taps) = ResampleAxis.Weigh(length, 0, i, scale, filterScale, support, filter, weights);
            for (var line = 0; line < lines; line++)
            {
                double sum = 0;
                var at = line * lineStep + start * step;
                for (var k = 0; k < taps; k++, at += step)
                    sum += plane[at] * weights[k];
                result[line * targetLineStep + i * targetStep] = (float)sum;
            }
        }

        return result;
    }

    public static float[] Nearest(ReadOnlySpan<float> plane, int sourceWidth, int sourceHeight, int width, int height)
    {
        var columns = Resampler.NearestPositions(0, sourceWidth, width, sourceWidth, 0, width);
        var rows = Resampler.NearestPositions(0, sourceHeight, height, sourceHeight, 0, height);
        var result = new float[checked(width * height)];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                result[y * width + x] = plane[rows[y] * sourceWidth + columns[x]];
        }

        return result;
    }
}
