namespace MlPipeline.Data.Splits;

/// <summary>Seeded splits in which every class keeps its share. The same labels and seed always give the same split.</summary>
public static class StratifiedSplit
{
    /// <summary>Holds out a fraction of every class: the nearest whole number, but at least one and never all.</summary>
    /// <param name="labels">The class of each item.</param>
    /// <param name="testFraction">Between 0 and 1, both excluded.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="groups">
    /// Optional: items with equal numbers stay on one side (see <see cref="DuplicateFinder.Groups"/>).
    /// </param>
    /// <exception cref="DataSourceException">A class has too few items.</exception>
    public static DataSplit TrainTest(
        IReadOnlyList<string> labels, double testFraction, int seed, IReadOnlyList<int>? groups = null)
    {
        var (classes, names) = Numbered(labels);
        return TrainTest(classes, testFraction, seed, groups, names);
    }

    /// <summary>The same for numbered classes.</summary>
    /// <param name="labels">The class of each item, from 0.</param>
    /// <param name="testFraction">Between 0 and 1, both excluded.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="groups">Items with equal numbers stay on one side; null or empty when each stands alone.</param>
    /// <param name="classNames">The names of the classes for the message when one has too few items; null to leave such a class
    /// where it is, on the side that is trained on.</param>
    /// <exception cref="DataSourceException">A class has too few items.</exception>
    public static DataSplit TrainTest(IReadOnlyList<int> labels, double testFraction, int seed, IReadOnlyList<int>? groups,
        IReadOnlyList<string>? classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction), testFraction, "The test fraction lies between 0 and 1, both excluded.");
        }

        var isTest = new bool[labels.Count];
        foreach (var units in Strata(labels, groups, seed, classNames, 2, "a held-out fraction"))
        {
            var total = units.Sum(u => u.Length);
            var wanted = Math.Clamp((int)Math.Round(total * testFraction, MidpointRounding.AwayFromZero), 1,
                Math.Max(1, total - 1));
            var taken = 0;
            for (var u = 0; u < units.Length - 1 && taken < wanted; u++)
            {
                foreach (var item in units[u])
                    isTest[item] = true;
                taken += units[u].Length;
            }
        }

        return ToSplit(isTest.Length, i => isTest[i]);
    }

    /// <summary>K folds: every item is held out exactly once, and the folds' sizes differ by at most a few items.</summary>
    /// <param name="labels">The class of each item.</param>
    /// <param name="folds">K, at least 2.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="groups">Optional: items with equal numbers stay in one fold.</param>
    /// <exception cref="DataSourceException">A class has fewer items than there are folds.</exception>
    public static IReadOnlyList<DataSplit> Folds(
        IReadOnlyList<string> labels, int folds, int seed, IReadOnlyList<int>? groups = null)
    {
        var (classes, names) = Numbered(labels);
        return Folds(classes, folds, seed, groups, names);
    }

    /// <summary>The same for numbered classes.</summary>
    /// <param name="labels">The class of each item, from 0.</param>
    /// <param name="folds">K, at least 2.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="groups">Items with equal numbers stay in one fold; null or empty when each stands alone.</param>
    /// <param name="classNames">The names of the classes for the message when one has too few items; null to let such a class be
    /// missing from some folds.</param>
    /// <exception cref="DataSourceException">A class has fewer items than there are folds.</exception>
    public static IReadOnlyList<DataSplit> Folds(IReadOnlyList<int> labels, int folds, int seed, IReadOnlyList<int>? groups,
        IReadOnlyList<string>? classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var fold = new int[labels.Count];
        var next = 0;

        // Dealing goes on where the last class stopped, so that the remainders spread over the folds.
        foreach (var unit in Strata(labels, groups, seed, classNames, folds, $"{folds} folds").SelectMany(units => units))
        {
            foreach (var item in unit)
                fold[item] = next;
            next = (next + 1) % folds;
        }

        return [.. Enumerable.Range(0, folds).Select(f => ToSplit(fold.Length, i => fold[i] == f))];
    }

    private static (int[] Classes, string[] Names) Numbered(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string[] names = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var numbers = names.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        return ([.. labels.Select(label => numbers[label])], names);
    }

    private static DataSplit ToSplit(int count, Func<int, bool> isTest)
    {
        var all = Enumerable.Range(0, count);
        return new DataSplit([.. all.Where(i => !isTest(i))], [.. all.Where(isTest)]);
    }

    /// <summary>The items, one by one or in their groups, by class and shuffled.</summary>
    private static List<int[][]> Strata(IReadOnlyList<int> labels, IReadOnlyList<int>? groups, int seed,
        IReadOnlyList<string>? classNames, int needed, string what)
    {
        if (groups is { Count: 0 })
            groups = null;
        if (groups is not null && groups.Count != labels.Count)
            throw new ArgumentException($"{groups.Count} groups were given for {labels.Count} labels.", nameof(groups));

        // A group belongs to the class of its first item.
        var units = Enumerable.Range(0, labels.Count).GroupBy(i => groups?[i] ?? i).Select(g => g.ToArray());
        var random = new SeededRandom(seed);
        List<int[][]> strata = [];
        foreach (var stratum in units.GroupBy(u => labels[u[0]]).OrderBy(g => g.Key))
        {
            int[][] shuffled = [.. stratum];
            if (shuffled.Length < needed && classNames is not null)
            {
                var different = shuffled.Length == shuffled.Sum(u => u.Length) ? "" : " different";
                throw new DataSourceException($"Class '{classNames[stratum.Key]}' has only {shuffled.Length}{different} "
                    + $"picture{(shuffled.Length == 1 ? "" : "s")}; for {what} every class needs at least {needed}.");
            }

            random.Shuffle(shuffled.AsSpan());
            strata.Add(shuffled);
        }

        return strata;
    }
}
