namespace MlPipeline.Cli.Reports.Plots;

/// <summary>A figure of training and one of validation over the steps of a training.</summary>
internal static class LinePlot
{
    /// <summary>Which line is which; they differ by colour and by dashes.</summary>
    public const string Legend =
        "<ul class=\"legend\"><li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\"><path class=\"curve\" d=\"M0 8h20\"/></svg>"
        + "training</li><li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\"><path class=\"curve second\" d=\"M0 8h20\"/></svg>"
        + "validation</li></ul>\n";

    /// <summary>The drawing; steps without a finite value are left out of their line.</summary>
    public static string Draw(string name, string step, IReadOnlyList<double> steps, IReadOnlyList<double?> training,
        IReadOnlyList<double?> validation, int? kept)
    {
        (double Step, double Value)[] Drawn(IReadOnlyList<double?> line) =>
            [.. steps.Zip(line).Where(p => p.Second is { } value && double.IsFinite(value))
                    .Select(p => (p.First, p.Second!.Value))];
        var (first, second) = (Drawn(training), Drawn(validation));
        double[] all = [.. first.Concat(second).Select(p => p.Value)];
        if (all.Length == 0)
            return "";
        var svg = new Svg(460, 300, $"{name} by {step}: training and validation", left: 56, top: 34, right: 16, bottom: 46);
        var values = new LinearScale(all.Min(), all.Max());
        var across = new LinearScale(steps.Min(), steps.Max(), 8, whole: true);
        svg.ValueAxis(values, name);
        svg.StepAxis(across, step);
        if (kept is { } at)
            svg.Line("ideal", svg.X(across.At(at)), svg.Top, svg.X(across.At(at)), svg.Bottom);
        foreach (var (points, kind) in new[] { (first, "curve"), (second, "curve second") })
        {
            if (points.Length > 0)
                svg.Path(kind, points.Select(p => (svg.X(across.At(p.Step)), svg.Y(values.At(p.Value)))));
        }

        return svg.ToString();
    }
}
