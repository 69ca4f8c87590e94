namespace MlPipeline.Data;

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
        ArgumentNullException.ThrowIfNull(labels);
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction), testFraction, "The test fraction lies between 0 and 1, both excluded.");
        }

        var isTest = new bool[labels.Count];
        foreach (var stratum in Strata(labels, groups, seed))
        {
            if (stratum.Units.Length < 2)
                throw TooFew(stratum, 2, "a held-out fraction");

            var total = stratum.Units.Sum(u => u.Length);
            var wanted = Math.Clamp((int)Math.Round(total * testFraction, MidpointRounding.AwayFromZero), 1, total - 1);
            var taken = 0;
            for (var u = 0; u < stratum.Units.Length - 1 && taken < wanted; u++)
            {
                foreach (var item in stratum.Units[u])
                    isTest[item] = true;

                taken += stratum.Units[u].Length;
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
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var fold = new int[labels.Count];
        var next = 0;
        foreach (var stratum in Strata(labels, groups, seed))
        {
            if (stratum.Units.Length < folds)
                throw TooFew(stratum, folds, $"{folds} folds");

            // Dealing goes on where the last class stopped, so that the remainders spread over the folds.
            foreach (var unit in stratum.Units)
            {
                foreach (var item in unit)
                    fold[item] = next;

                next = (next + 1) % folds;
            }
        }

        return [.. Enumerable.Range(0, folds).Select(f => ToSplit(fold.Length, i => fold[i] == f))];
    }

    private static DataSourceException TooFew(Stratum stratum, int needed, string what)
    {
        var distinct = stratum.Units.Length == stratum.Units.Sum(u => u.Length) ? "" : " different";
        return new DataSourceException(
            $"Class '{stratum.Label}' has only {stratum.Units.Length}{distinct} "
            + $"picture{(stratum.Units.Length == 1 ? "" : "s")}; "
            + $"for {what} every class needs at least {needed}.");
    }

    private static DataSplit ToSplit(int count, Func<int, bool> isTest)
    {
        var all = Enumerable.Range(0, count);
        return new DataSplit([.. all.Where(i => !isTest(i))], [.. all.Where(isTest)]);
    }

    private static IEnumerable<Stratum> Strata(IReadOnlyList<string> labels, IReadOnlyList<int>? groups, int seed)
    {
        if (groups is not null && groups.Count != labels.Count)
            throw new ArgumentException($"{groups.Count} groups were given for {labels.Count} labels.", nameof(groups));

        // A group belongs to the class of its first item.
        var units = Enumerable.Range(0, labels.Count).GroupBy(i => groups?[i] ?? i).Select(g => g.ToArray()).ToArray();
        var random = new SeededRandom(seed);
        var strata = units.GroupBy(u => labels[u[0]], StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var stratum in strata)
        {
            var shuffled = stratum.ToArray();
            random.Shuffle(shuffled.AsSpan());
            yield return new Stratum(stratum.Key, shuffled);
        }
    }

    private sealed record Stratum(string Label, int[][] Units);
}
