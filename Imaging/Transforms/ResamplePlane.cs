namespace MlPipeline.Imaging;

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

        double scale = (double)length / count;
        double filterScale = Math.Max(scale, 1.0);
        double support = FilterKernel.Support(filter) * filterScale;
        double[] weights = new double[(int)Math.Ceiling(support) * 2 + 1];
        float[] result = new float[checked(count * lines)];

        // A resized row stays a row and a resized column a column.
        int targetLineStep = step == 1 ? count : 1;
        int targetStep = step == 1 ? 1 : lines;
        for (int i = 0; i < count; i++)
        {
            (int start, int taps) = ResampleAxis.Weigh(length, 0, i, scale, filterScale, support, filter, weights);
            for (int line = 0; line < lines; line++)
            {
                double sum = 0;
                int at = line * lineStep + start * step;
                for (int k = 0; k < taps; k++, at += step)
                    sum += plane[at] * weights[k];
                result[line * targetLineStep + i * targetStep] = (float)sum;
            }
        }

        return result;
    }

    public static float[] Nearest(ReadOnlySpan<float> plane, int sourceWidth, int sourceHeight, int width, int height)
    {
        int[] columns = Resampler.NearestPositions(0, sourceWidth, width, sourceWidth, 0, width);
        int[] rows = Resampler.NearestPositions(0, sourceHeight, height, sourceHeight, 0, height);
        float[] result = new float[checked(width * height)];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                result[y * width + x] = plane[rows[y] * sourceWidth + columns[x]];
        }

        return result;
    }
}
