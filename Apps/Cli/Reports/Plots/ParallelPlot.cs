using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>One line for each trial through all its parameters to its value.</summary>
internal static class ParallelPlot
{
    // Where lines pass a parameter that does not apply to their trial: below its axis.
    private const double Without = -0.14;

    public static string Draw(SearchTrials trials)
    {
        var count = trials.Parameters.Count;
        double width = Math.Max(720, 90 + 118 * count);
        var svg = new Svg(width, 360, $"parameters and {trials.Metric} of {trials.Drawn.Count} trials, one line each", left: 56,
            top: 44, right: 62, bottom: 66, keepsSize: true);
        foreach (var trial in trials.Drawn.OrderBy(trials.ToneOfValue).ThenBy(trials.IsBest))
        {
            var kind = trials.IsBest(trial) ? "best" : trial.State == TrialState.Pruned
                ? "pruned" : $"tone{trials.ToneOfValue(trial)}";
            svg.Path($"trial {kind}",
                trials.Parameters.Select((p, i) => (svg.X(i / (double)count), svg.Y(p.At(trial) ?? Without)))
                .Append((svg.X(1), svg.Y(trials.Values.At(trial.Value!.Value)))), trial);
        }

        for (var i = 0; i < count; i++)
            Axis(svg, trials.Parameters[i], i / (double)count, trials.Drawn.Any(t => trials.Parameters[i].At(t) == null));
        svg.Line("axis", svg.X(1), svg.Top, svg.X(1), svg.Bottom);
        foreach (var tick in trials.Values.Ticks)
            svg.Text(svg.X(1) + 7, svg.Y(trials.Values.At(tick)) + 4, trials.Values.Text(tick), "start");
        svg.Text(svg.X(1), svg.Top - 20, trials.Metric, "middle", "name");
        return svg.ToString();
    }

    private static void Axis(Svg svg, ParameterScale parameter, double share, bool isLeftOut)
    {
        var x = svg.X(share);
        svg.Line("axis", x, svg.Top, x, svg.Bottom);
        svg.Text(x, svg.Top - 20, PlotText.Wrap(parameter.Name, 18)[^1], "middle", "name");
        foreach ((var at, var text) in parameter.Ticks)
        {
            svg.Text(x + 6, svg.Y(at) + 4, PlotText.Wrap(text, 14)[0], "start", "halo");
        }

        if (isLeftOut)
            svg.Text(x, svg.Y(Without) + 18, "not used", "middle", "faint");
    }
}
