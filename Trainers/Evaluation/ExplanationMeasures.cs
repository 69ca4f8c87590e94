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

    /// <summary>Spearman's rank correlation of two maps, with the mean rank for equal values. A constant map has no ranks: it is
    /// 1 beside an equal map, else 0.</summary>
    public static double RankCorrelation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, b.Length);
        var (ranksOfA, ranksOfB) = (Ranks(a), Ranks(b));
        var mean = (a.Length + 1) / 2.0;
        double products = 0, squaresOfA = 0, squaresOfB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            products += (ranksOfA[i] - mean) * (ranksOfB[i] - mean);
            squaresOfA += (ranksOfA[i] - mean) * (ranksOfA[i] - mean);
            squaresOfB += (ranksOfB[i] - mean) * (ranksOfB[i] - mean);
        }

        return squaresOfA * squaresOfB > 0 ? products / Math.Sqrt(squaresOfA * squaresOfB) : a.SequenceEqual(b) ? 1 : 0;
    }

    /// <summary>The structural similarity of two maps from 0 to 1 (Wang, Bovik, Sheikh and Simoncelli 2004, equation 13): the
    /// mean over windows of 8 x 8 pixels, 4 apart. Maps without heat say nothing and are alike.</summary>
    public static double Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width)
    {
        const int side = 8, apart = 4;
        const double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, b.Length);
        var height = a.Length / width;
        var (sum, windows) = (0.0, 0);
        for (var top = 0; top == 0 || top + side <= height; top += apart)
        {
            for (var left = 0; left == 0 || left + side <= width; left += apart)
            {
                double n = 0, ofA = 0, ofB = 0, squaresOfA = 0, squaresOfB = 0, products = 0;
                for (var y = top; y < Math.Min(height, top + side); y++)
                {
                    for (var x = left; x < Math.Min(width, left + side); x++)
                    {
                        double p = a[(y * width) + x], q = b[(y * width) + x];
                        (n, ofA, ofB) = (n + 1, ofA + p, ofB + q);
                        (squaresOfA, squaresOfB, products) = (squaresOfA + (p * p), squaresOfB + (q * q), products + (p * q));
                    }
                }

                var (meanOfA, meanOfB) = (ofA / n, ofB / n);
                var both = (meanOfA * meanOfA) + (meanOfB * meanOfB);
                sum += ((2 * meanOfA * meanOfB) + c1) * ((2 * ((products / n) - (meanOfA * meanOfB))) + c2)
                    / ((both + c1) * (((squaresOfA + squaresOfB) / n) - both + c2));
                windows++;
            }
        }

        return sum / windows;
    }

    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var sorted = values.ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (int from = 0, to = 0; from < sorted.Length; from = to)
        {
            while (to < sorted.Length && sorted[to] == sorted[from])
                to++;
            for (var i = from; i < to; i++)
                ranks[order[i]] = (from + 1 + to) / 2.0;
        }

        return ranks;
    }

    private static double Probability(ReadOnlySpan<float> scores, int classIndex)
    {
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp((double)score - scores[classIndex]);
        return 1 / sum;
    }
}
