using MlPipeline.Imaging;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Trainers.Evaluation;

/// <summary>What is measured of one heatmap.</summary>
internal static class ExplanationMeasures
{
    /// <summary>Intersection over union of two boxes.</summary>
    public static double Overlap(PixelBox a, PixelBox b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        var shared = (double)Math.Max(0, width) * Math.Max(0, height);
        return shared / (((double)a.Width * a.Height) + ((double)b.Width * b.Height) - shared);
    }

    /// <summary>The share of a map over the whole picture that lies in a box; 0 for a map without heat.</summary>
    public static double Energy(ReadOnlySpan<float> map, int width, PixelBox box)
    {
        double inside = 0, all = 0;
        for (var i = 0; i < map.Length; i++)
        {
            all += map[i];
            inside += box.Contains(i % width, i / width) ? map[i] : 0;
        }

        return all > 0 ? inside / all : 0;
    }

    /// <summary>The areas under the class's probability while the network's input is emptied, hottest pixels first, and while an
    /// empty one is filled in the same order.</summary>
    public static (double Deletion, double Insertion) Areas(IScoredPicture picture, Heatmap heatmap, int classIndex, int classes,
        int steps)
    {
        var heat = heatmap.Upsampled();
        int[] order = [.. Enumerable.Range(0, heat.Length).OrderByDescending(i => heat[i])];
        var rank = new int[heat.Length];
        foreach (var (place, pixel) in order.Index())
            rank[pixel] = place;

        // Of 2 (steps + 1) copies the first half is emptied, the second filled, step by step.
        var scores = picture.Score(2 * (steps + 1), (i, pixels) =>
        {
            var (isFilled, border) = (i > steps, (long)heat.Length * (i % (steps + 1)) / steps);
            var channels = pixels.Length / heat.Length;
            for (var p = 0; p < pixels.Length; p++)
            {
                var pixel = picture.Preprocessing.Layout == PixelLayout.Nchw ? p % heat.Length : p / channels;
                if (rank[pixel] < border != isFilled)
                    pixels[p] = 0;
            }
        });
        return (Area(0), Area(steps + 1));

        // The trapezoidal rule over shares from 0 to 1.
        double Area(int from) => Enumerable.Range(from, steps + 1)
            .Sum(i => Probability(scores.AsSpan(i * classes, classes), classIndex) * (i == from || i == from + steps ? 0.5 : 1))
            / steps;
    }

    private static double Probability(ReadOnlySpan<float> scores, int classIndex)
    {
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp((double)score - scores[classIndex]);
        return 1 / sum;
    }
}
