using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>Each trial's value in the order of the trials, and the best so far.</summary>
internal static class HistoryPlot
{
    public static string Draw(SearchTrials trials)
    {
        var description = trials.Best is { Value: { } value } best
            ? $"{trials.Metric} of each of {trials.All.Count} trials; the best, trial {best.Number}, reached {PlotText.Of(value)}"
            : $"{trials.Metric} of each of {trials.All.Count} trials; none is complete";
        var svg = new Svg(720, 340, description, left: 58, top: 34, right: 16, bottom: 46);
        var order = new LinearScale(0, Math.Max(1, trials.All.Count - 1), 8, whole: true);
        svg.ValueAxis(trials.Values, $"{trials.Metric} ({(trials.Maximize ? "larger" : "smaller")} is better)");
        svg.StepAxis(order, "trial");
        svg.Path("sofar", BestSoFar(trials).Select(p => (svg.X(order.At(p.Trial)), svg.Y(trials.Values.At(p.Value)))));
        foreach (var trial in trials.All.OrderBy(trials.IsBest))
        {
            var x = svg.X(order.At(trial.Number));
            if (trial is { Value: { } shown } && double.IsFinite(shown))
            {
                svg.Dot(x, svg.Y(trials.Values.At(shown)), trial, "tone3", trials.IsBest(trial),
                    SearchTrials.IsOff(trials.Values, shown));
            }
            else if (trial.State != TrialState.Running)
            {
                svg.Cross(x, svg.Bottom - 6, trial);
            }
        }

        return svg.ToString();
    }

    // The corners of the stairs.
    private static IEnumerable<(double Trial, double Value)> BestSoFar(SearchTrials trials)
    {
        double? best = null;
        foreach (var trial in trials.Drawn.Where(t => t.State == TrialState.Complete).OrderBy(t => t.Number))
        {
            var value = trial.Value!.Value;
            if (best is { } before && (trials.Maximize ? value <= before : value >= before))
                continue;
            if (best is { } level)
                yield return (trial.Number, level);
            yield return (trial.Number, value);
            best = value;
        }

        if (best is { } last)
            yield return (trials.All.Count - 1, last);
    }
}
