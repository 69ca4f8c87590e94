using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>What trials reported on their way.</summary>
internal static class CurvePlot
{
    /// <summary>The curves, or null when no trial reported any.</summary>
    public static string? Draw(SearchTrials trials, string step)
    {
        TrialRecord[] shown = [.. trials.Drawn.Where(t => t.Curve.Count > 0 && t.Curve.All(p => double.IsFinite(p.Value)))
            .OrderBy(trials.ToneOfValue).ThenBy(trials.IsBest)];
        if (shown.Length == 0)
            return null;
        var values = trials.ScaleOf([.. shown.SelectMany(t => t.Curve.Select(p => p.Value))]);
        var steps = new LinearScale(shown.Min(t => t.Curve[0].Step), shown.Max(t => t.Curve[^1].Step), 8, whole: true);
        var svg = new Svg(720, 320, $"{trials.Metric} of {shown.Length} trials on their way, by {step}", left: 58, top: 34,
            right: 16, bottom: 46);
        svg.ValueAxis(values, trials.Metric);
        svg.StepAxis(steps, step);
        foreach (var trial in shown)
        {
            var isBest = trials.IsBest(trial);
            var kind = isBest ? "best" : trial.State == TrialState.Pruned ? "pruned" : $"tone{trials.ToneOfValue(trial)}";
            (double X, double Y)[] points = [.. trial.Curve.Select(p => (svg.X(steps.At(p.Step)), svg.Y(values.At(p.Value))))];
            svg.Path($"trial {kind}", points, trial);
            if (trial.State == TrialState.Pruned)
                svg.Dot(points[^1].X, points[^1].Y, trial, kind, isBest, isOff: false);
        }

        return svg.ToString();
    }
}
