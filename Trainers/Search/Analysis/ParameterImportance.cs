namespace MlPipeline.Trainers.Search;

/// <summary>
/// How much of the differences between trials one parameter explains alone: the correlation ratio (Fisher 1925; adjusted for the
/// number of groups as by Kelley 1935) of the values over groups of trials that are alike in the parameter, among those that it
/// applies to. Interactions are not seen.
/// </summary>
/// <param name="Parameter">The parameter's dotted name.</param>
/// <param name="Share">The share of the variance, from 0 to 1.</param>
public sealed record ParameterImportance(string Parameter, double Share)
{
    private const int MostBins = 5;

    /// <summary>The parameters of a space, the most important first; empty with fewer than four finished trials or no
    /// differences.</summary>
    public static IReadOnlyList<ParameterImportance> Estimate(SearchSpace space, IReadOnlyList<TrialRecord> trials)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(trials);
        TrialRecord[] done =
            [.. trials.Where(t => t is { State: TrialState.Complete, Value: { } value } && double.IsFinite(value))];
        var total = SquaresOf([.. done.Select(t => t.Value!.Value)]);
        if (done.Length < 4 || !(total > 0))
            return [];
        List<ParameterImportance> found = [];
        var axis = 0;
        foreach ((var name, var option) in space.Flatten())
        {
            // A parameter that does not apply to a trial explains nothing about it: what that does is its condition's share.
            var place = axis;
            TrialRecord[] with = [.. done.Where(t => space.ActiveCoordinates(t.Parameters)[place])];
            double[][] groups = [.. Groups(with, option, place)];
            var within = groups.Sum(SquaresOf);
            var without = SquaresOf([.. with.Select(t => t.Value!.Value)]);
            var share = with.Length > groups.Length
                ? (without - within * (with.Length - 1) / (with.Length - groups.Length)) / total : 0;
            found.Add(new ParameterImportance(name, Math.Clamp(share, 0, 1)));
            axis += option.FeatureSpaceDim;
        }

        return [.. found.OrderByDescending(f => f.Share)];
    }

    // A choice groups by value, a range by equally full bins.
    private static IEnumerable<double[]> Groups(TrialRecord[] trials, OptionBase option, int axis)
    {
        var bins = Math.Min(MostBins, Math.Max(1, trials.Length / 3));
        var grouped = option is ChoiceOption choice
            ? trials.GroupBy(t => Math.Min((int)(t.Point[axis] * choice.Choices.Length), choice.Choices.Length - 1), t =>
                t.Value!.Value)
            : trials.OrderBy(t => t.Point[axis]).Select((t, i) => (Bin: i * bins / trials.Length, t.Value!.Value))
                .GroupBy(t => t.Bin, t => t.Value);
        return grouped.Select(group => group.ToArray());
    }

    private static double SquaresOf(double[] values)
    {
        var center = values.Length == 0 ? 0 : values.Average();
        return values.Sum(v => (v - center) * (v - center));
    }
}
