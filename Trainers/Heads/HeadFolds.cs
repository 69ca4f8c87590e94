using MlPipeline.Data;

namespace MlPipeline.Trainers;

/// <summary>Seeded folds of class indices in which every class keeps its share, also when it has fewer rows than there are folds.</summary>
internal static class HeadFolds
{
    /// <summary>The fold of each row, from 0.</summary>
    public static int[] Assign(ReadOnlySpan<int> labels, int folds, int seed)
    {
        var result = new int[labels.Length];
        int next = 0;
        foreach (int[] rows in ByClass(labels, seed))
        {
            // Dealing goes on where the last class stopped, so that remainders spread over the folds.
            foreach (int row in rows)
            {
                result[row] = next;
                next = (next + 1) % folds;
            }
        }

        return result;
    }

    /// <summary>
    /// Whether each row is held out: the nearest whole number of each class to the fraction, never all of it, and at least one row
    /// of a class with two or more.
    /// </summary>
    public static bool[] HoldOut(ReadOnlySpan<int> labels, double fraction, int seed)
    {
        var result = new bool[labels.Length];
        foreach (int[] rows in ByClass(labels, seed))
        {
            int count = rows.Length < 2 ? 0 : Math.Clamp((int)Math.Round(rows.Length * fraction), 1, rows.Length - 1);
            foreach (int row in rows.AsSpan(0, count))
                result[row] = true;
        }

        return result;
    }

    private static IEnumerable<int[]> ByClass(ReadOnlySpan<int> labels, int seed)
    {
        var random = new SeededRandom(seed);
        var classes = new SortedDictionary<int, List<int>>();
        for (int i = 0; i < labels.Length; i++)
        {
            if (!classes.TryGetValue(labels[i], out List<int>? rows))
                classes[labels[i]] = rows = [];
            rows.Add(i);
        }

        var shuffled = new List<int[]>();
        foreach (List<int> rows in classes.Values)
        {
            int[] order = [.. rows];
            random.Shuffle(order.AsSpan());
            shuffled.Add(order);
        }

        return shuffled;
    }
}
