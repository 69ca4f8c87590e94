using MlPipeline.Data;

namespace MlPipeline.Trainers;

/// <summary>Seeded folds of class indices in which every class keeps its share, also when it has fewer rows than there are
/// folds.</summary>
internal static class HeadFolds
{
    /// <summary>The fold of each row, from 0. Rows of one group, which have one label, stay together.</summary>
    public static int[] Assign(ReadOnlySpan<int> labels, int folds, int seed, ReadOnlySpan<int> groups = default)
    {
        var result = new int[labels.Length];
        var next = 0;
        foreach (var units in ByClass(labels, seed, groups))
        {
            // Dealing goes on where the last class stopped, so that remainders spread over the folds.
            foreach (var rows in units)
            {
                foreach (var row in rows)
                    result[row] = next;

                next = (next + 1) % folds;
            }
        }

        return result;
    }

    /// <summary>
    /// Whether each row is held out: the nearest whole number of each class to the fraction, never all of it, and at least one
    /// row of a class with two or more. Rows of one group stay together and count as one.
    /// </summary>
    public static bool[] HoldOut(ReadOnlySpan<int> labels, double fraction, int seed, ReadOnlySpan<int> groups = default)
    {
        var result = new bool[labels.Length];
        foreach (var units in ByClass(labels, seed, groups))
        {
            var count = units.Length < 2 ? 0 : Math.Clamp((int)Math.Round(units.Length * fraction), 1, units.Length - 1);
            foreach (var row in units.Take(count).SelectMany(rows => rows))
                result[row] = true;
        }

        return result;
    }

    /// <summary>The rows, one by one or in their groups, by class and shuffled.</summary>
    private static List<int[][]> ByClass(ReadOnlySpan<int> labels, int seed, ReadOnlySpan<int> groups)
    {
        var random = new SeededRandom(seed);
        var classes = new SortedDictionary<int, List<List<int>>>();
        var unitOf = new Dictionary<int, List<int>>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (!groups.IsEmpty && unitOf.TryGetValue(groups[i], out var unit))
            {
                unit.Add(i);
                continue;
            }

            if (!groups.IsEmpty)
                unitOf.Add(groups[i], unit = [i]);
            else
                unit = [i];

            if (!classes.TryGetValue(labels[i], out var units))
                classes[labels[i]] = units = [];

            units.Add(unit);
        }

        var shuffled = new List<int[][]>();
        foreach (var units in classes.Values)
        {
            int[][] order = [.. units.Select(rows => rows.ToArray())];
            random.Shuffle(order.AsSpan());
            shuffled.Add(order);
        }

        return shuffled;
    }
}
