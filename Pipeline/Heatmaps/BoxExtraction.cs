using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Finds the box of the largest connected hot part of a map.</summary>
public static class BoxExtraction
{
    /// <summary>The smallest box around the largest 4-connected part with values of at least threshold x maximum.</summary>
    /// <param name="map">The map, row by row.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="threshold">The share of the maximum, from 0 to 1.</param>
    /// <returns>Null when the maximum is not positive. Of equally large parts the one that begins first.</returns>
    public static PixelBox? Largest(ReadOnlySpan<float> map, int width, int height, float threshold)
    {
        var parts = Parts(map, width, height, threshold);
        return parts.Count == 0 ? null : parts.MaxBy(p => p.Area).Box;
    }

    /// <summary>The smallest boxes around all 4-connected parts with values of at least threshold x maximum, those with the
    /// largest sum of values first.</summary>
    /// <param name="map">The map, row by row.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="threshold">The share of the maximum, from 0 to 1.</param>
    /// <returns>None when the maximum is not positive.</returns>
    public static IReadOnlyList<PixelBox> All(ReadOnlySpan<float> map, int width, int height, float threshold) =>
        [.. Parts(map, width, height, threshold).OrderByDescending(p => p.Sum).Select(p => p.Box)];

    private static List<Part> Parts(ReadOnlySpan<float> map, int width, int height, float threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, width * height);
        if (!(threshold >= 0 && threshold <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold,
                "The threshold is a share of the maximum, from 0 to 1.");
        }

        var max = 0f;
        foreach (var value in map)
            max = Math.Max(max, value);
        List<Part> parts = [];
        var limit = threshold * max;
        var seen = new bool[map.Length];
        var pending = new Stack<int>();
        for (var i = 0; i < map.Length; i++)
        {
            if (!seen[i] && map[i] >= limit && map[i] > 0)
                parts.Add(Grow(map, width, height, limit, i, seen, pending));
        }

        return parts;
    }

    private static Part Grow(ReadOnlySpan<float> map, int width, int height, float limit, int start,
        bool[] seen, Stack<int> pending)
    {
        var part = new Part(0, 0, width, height, -1, -1);
        seen[start] = true;
        pending.Push(start);
        while (pending.TryPop(out var i))
        {
            var (x, y) = (i % width, i / width);
            part = new Part(part.Area + 1, part.Sum + map[i], Math.Min(part.Left, x), Math.Min(part.Top, y),
                Math.Max(part.Right, x), Math.Max(part.Bottom, y));
            if (x > 0)
                Visit(i - 1, map);
            if (x < width - 1)
                Visit(i + 1, map);
            if (y > 0)
                Visit(i - width, map);
            if (y < height - 1)
                Visit(i + width, map);
        }

        return part;

        void Visit(int i, ReadOnlySpan<float> values)
        {
            if (!seen[i] && values[i] >= limit && values[i] > 0)
            {
                seen[i] = true;
                pending.Push(i);
            }
        }
    }

    private readonly record struct Part(int Area, double Sum, int Left, int Top, int Right, int Bottom)
    {
        public PixelBox Box => new(Left, Top, Right - Left + 1, Bottom - Top + 1);
    }
}
