namespace MlPipeline.Trainers.Evaluation;

/// <summary>
/// The pointing game (Zhang et al., Top-down neural attention by excitation backprop, 2016): the share of correctly classified
/// pictures whose heatmap has its peak inside the object's box.
/// </summary>
public sealed class PointingGame
{
    /// <summary>Correctly classified pictures with a box.</summary>
    public int Played { get; private set; }

    /// <summary>Those whose peak lay inside.</summary>
    public int Hits { get; private set; }

    /// <summary>Hits over pictures played; 0 before the first.</summary>
    public double Share => Played == 0 ? 0 : (double)Hits / Played;

    /// <summary>Counts a picture; one that was classified wrongly does not play.</summary>
    /// <param name="correct">Whether the predicted class is the right one.</param>
    /// <param name="heatmap">The heatmap of the predicted class, row by row, at any size.</param>
    /// <param name="width">The heatmap's width.</param>
    /// <param name="height">The heatmap's height.</param>
    /// <param name="boxes">The object's boxes, as fractions of the picture that the heatmap covers.</param>
    public void Add(bool correct, ReadOnlySpan<float> heatmap, int width, int height,
        params IEnumerable<(double Left, double Top, double Right, double Bottom)> boxes)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        if (!correct)
            return;
        (var x, var y) = Peak(heatmap, width, height);
        Played++;
        if (boxes.Any(box => x >= box.Left && x <= box.Right && y >= box.Top && y <= box.Bottom))
            Hits++;
    }

    /// <summary>The centre of the largest value (the first of equals), as fractions of width and height.</summary>
    public static (double X, double Y) Peak(ReadOnlySpan<float> heatmap, int width, int height)
    {
        if (width < 1 || height < 1 || heatmap.Length != (long)width * height)
        {
            throw new ArgumentException($"A heatmap of {width} x {height} has other than {heatmap.Length} values.",
                nameof(heatmap));
        }

        var best = 0;
        for (var i = 1; i < heatmap.Length; i++)
        {
            if (heatmap[i] > heatmap[best])
                best = i;
        }

        return ((best % width + 0.5) / width, (best / width + 0.5) / height);
    }
}
