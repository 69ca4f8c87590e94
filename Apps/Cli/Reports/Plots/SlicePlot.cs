using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>The trials' values over one parameter.</summary>
internal static class SlicePlot
{
    private const double Width = 350, Height = 270;

    /// <summary>A parameter's slice; trials that it does not apply to are left out.</summary>
    public static string Draw(SearchTrials trials, ParameterScale parameter)
    {
        TrialRecord[] shown = [.. trials.Drawn.Where(t => parameter.At(t) != null)];
        var svg = Begin(trials, $"{trials.Metric} of {shown.Length} trials over {parameter.Name}");
        var slot = (svg.Right - svg.Left) / Math.Max(1, parameter.Ticks.Count);
        foreach ((var at, var text) in parameter.Ticks)
        {
            var lines = PlotText.Wrap(text, Math.Max(5, (int)(slot / 6.5)));
            for (var line = 0; line < lines.Length; line++)
                svg.Text(svg.X(at), svg.Bottom + 17 + 13 * line, lines[line]);
        }

        svg.Text((svg.Left + svg.Right) / 2, svg.Bottom + 48, parameter.Name, "middle", "name");
        foreach (var trial in shown)
        {
            // Trials of one choice stand side by side, in their order, so that each is seen.
            var apart = parameter.IsChoice && trials.All.Count > 1
                ? (trial.Number / (double)(trials.All.Count - 1) - 0.5) * Math.Min(0.6, 26 / slot) / parameter.Ticks.Count : 0;
            Dot(svg, trials, trial, parameter.At(trial)!.Value + apart);
        }

        return svg.ToString();
    }

    /// <summary>The values over the time that trials took.</summary>
    public static string DrawTime(SearchTrials trials)
    {
        var svg = Begin(trials, $"{trials.Metric} over the seconds that each trial took");
        var scale = new LinearScale(0, Math.Max(1e-3, trials.Drawn.Max(t => t.Seconds ?? 0)), 4);
        svg.StepAxis(scale, "seconds");
        foreach (var trial in trials.Drawn)
            Dot(svg, trials, trial, scale.At(trial.Seconds ?? 0));
        return svg.ToString();
    }

    private static Svg Begin(SearchTrials trials, string description)
    {
        var svg = new Svg(Width, Height, description, left: 52, top: 30, right: 18, bottom: 58);
        svg.ValueAxis(trials.Values, trials.Metric);
        svg.Line("axis", svg.Left, svg.Bottom, svg.Right, svg.Bottom);
        return svg;
    }

    private static void Dot(Svg svg, SearchTrials trials, TrialRecord trial, double at) =>
        svg.Dot(svg.X(at), svg.Y(trials.Values.At(trial.Value!.Value)), trial, $"tone{trials.ToneOfAge(trial)}",
            trials.IsBest(trial),
            SearchTrials.IsOff(trials.Values, trial.Value!.Value));
}
