namespace MlPipeline.Trainers.Search;

/// <summary>
/// How much of the differences between trials one parameter explains alone: the correlation ratio (Fisher 1925; adjusted for the number
/// of groups as by Kelley 1935) of the values over groups of trials that are alike in the parameter. Interactions are not seen.
/// </summary>
/// <param name="Parameter">The parameter's dotted name.</param>
/// <param name="Share">The share of the variance, from 0 to 1.</param>
public sealed record ParameterImportance(string Parameter, double Share)
{
    private const int MostBins = 5;

    /// <summary>The parameters of a space, the most important first; empty with fewer than four finished trials or no differences.</summary>
    public static IReadOnlyList<ParameterImportance> Estimate(SearchSpace space, IReadOnlyList<TrialRecord> trials)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(trials);
        TrialRecord[] done = [.. trials.Where(t => t is { State: TrialState.Complete, Value: { } value } && double.IsFinite(value))];
        double mean = done.Length == 0 ? 0 : done.Average(t => t.Value!.Value);
        double total = done.Sum(t => Square(t.Value!.Value - mean));
        if (done.Length < 4 || !(total > 0))
            return [];

        List<ParameterImportance> found = [];
        int axis = 0;
        foreach ((string name, OptionBase option) in space.Flatten())
        {
            double within = 0;
            int groups = 0;
            foreach (double[] group in Groups(space, done, option, axis))
            {
                double center = group.Average();
                within += group.Sum(v => Square(v - center));
                groups++;
            }

            double share = done.Length > groups ? 1 - within / total * (done.Length - 1) / (done.Length - groups) : 0;
            found.Add(new ParameterImportance(name, Math.Clamp(share, 0, 1)));
            axis += option.FeatureSpaceDim;
        }

        return [.. found.OrderByDescending(f => f.Share)];
    }

    // Trials without the parameter are a group of their own; a choice groups by value, a range by equally full bins.
    private static IEnumerable<double[]> Groups(SearchSpace space, TrialRecord[] trials, OptionBase option, int axis)
    {
        var points = trials.Select(t => (Value: t.Value!.Value, At: t.Point[axis], Active: space.ActiveCoordinates(t.Parameters)[axis])).ToArray();
        double[] without = [.. points.Where(p => !p.Active).Select(p => p.Value)];
        if (without.Length > 0)
            yield return without;
        (double Value, double At, bool Active)[] with = [.. points.Where(p => p.Active).OrderBy(p => p.At)];
        int bins = Math.Min(MostBins, Math.Max(1, with.Length / 3));
        IEnumerable<IGrouping<int, double>> grouped = option is ChoiceOption choice
            ? with.GroupBy(p => Math.Min((int)(p.At * choice.Choices.Length), choice.Choices.Length - 1), p => p.Value)
            : with.Select((p, i) => (Bin: i * bins / with.Length, p.Value)).GroupBy(p => p.Bin, p => p.Value);
        foreach (IGrouping<int, double> group in grouped)
            yield return [.. group];
    }

    private static double Square(double value) => value * value;
}
