using System.Globalization;
using System.Net;
using System.Text;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Data.Files;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports;

/// <summary>Writes a search as one HTML file that needs nothing beside it: figures, importances, plots, and a table of all
/// trials.</summary>
internal static class SearchReport
{
    /// <summary>The HTML file that is written for a folder; what ends in .html is the file itself.</summary>
    public static string PlaceIn(string folder) => Path.GetExtension(folder).Equals(".html", StringComparison.OrdinalIgnoreCase)
        ? folder : Path.Combine(folder, "search.html");

    /// <summary>Writes <c>search.html</c> into a folder.</summary>
    /// <param name="folder">The folder, or the file; it is made when it is missing.</param>
    /// <param name="title">The heading.</param>
    /// <param name="step">What trials that report on their way count.</param>
    /// <param name="result">What was found, as it is printed.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string folder, string title, string step, SearchResult result)
    {
        var path = PlaceIn(folder);
        ReplacedFile.Write(path, Encoding.UTF8.GetBytes(Render(title, step, result)));
        return path;
    }

    private static string Render(string title, string step, SearchResult result)
    {
        var found = result.Search;
        var trials = new SearchTrials(found, PlotText.Of(result.Metric));
        var html = new StringBuilder(1 << 17);
        html.Append(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width,initial-scale=1\"><title>")
            .Append(Text(title)).Append("</title><style>\n").Append(Resource("search.css"))
            .Append("</style></head>\n<body><header><h1>").Append(Text(title)).Append("</h1>\n")
            .Append("<p class=\"facts\">")
            .Append(
                Text(
                    $"{found.Settings.Subject}. Sampler: {found.Settings.Sampler}. Pruner: {found.Settings.Pruner}. "
                    + $"Seed {found.Settings.Seed}."))
            .Append("</p></header>\n");
        AppendFigures(html, result);
        html.Append("<div class=\"two\">");
        Section(html, "History", $"<div class=\"scroll wide\">{HistoryPlot.Draw(trials)}</div>{HistoryLegend(found)}");
        AppendImportances(html, result.Importances);
        html.Append("</div>\n");
        Section(html, "Parallel coordinates", "<p>One line for each trial, from its parameters to its value.</p>"
            + $"<div class=\"scroll\">{ParallelPlot.Draw(trials)}</div>"
            + $"{Ramp("worst trials", "best trials", pruned: HasPruned(found))}");
        AppendSlices(html, trials, result.Importances, HasPruned(found));
        if (CurvePlot.Draw(trials, step) is { } curves)
        {
            Section(html, "Learning curves",
                $"<p>The value on the way, by {Text(step)}.</p><div class=\"scroll "
                + $"wide\">{curves}</div>{Ramp("worst trials", "best trials", pruned: HasPruned(found))}");
        }

        AppendTable(html, found);
        return html.Append("<div id=\"tip\" role=\"status\"></div>\n<script>\n").Append(Resource("search.js"))
            .Append("</script></body></html>\n").ToString();
    }

    private static void AppendFigures(StringBuilder html, SearchResult result)
    {
        var found = result.Search;
        int Count(TrialState state) => found.Trials.Count(t => t.State == state);
        html.Append("<section class=\"tiles\">");
        Tile(html, PlotText.Of(result.Best.Value!.Value),
            $"best {PlotText.Of(result.Metric)} in validation, trial {result.Best.Number}");
        if (result.HeldOut is { } held)
        {
            Tile(html, PlotText.Of(held.MicroAccuracy),
                $"micro-accuracy on {held.TestImages} pictures that no trial saw "
                + $"({ResultText.Interval(held.MicroAccuracyInterval)}), log-loss {PlotText.Of(held.LogLoss)}");
        }

        if (result.Nested is { } nested)
        {
            Tile(html, PlotText.Of(nested.MicroAccuracy),
                $"micro-accuracy on pictures that no search has seen ({nested.Folds.Count} folds, "
                + $"{ResultText.Interval(nested.MicroAccuracyInterval)}), log-loss {PlotText.Of(nested.LogLoss)}");
        }

        Tile(html, $"{found.Trials.Count}",
            $"trials: {Count(TrialState.Complete)} complete, "
            + $"{Count(TrialState.Pruned)} pruned, {Count(TrialState.Failed)} failed");
        Tile(html, PlotText.Seconds(found.Trials.Sum(t => t.Seconds ?? 0)), "in trials");
        Tile(html, $"{result.Images}", $"pictures, {result.FeatureCount} features in the best model");
        html.Append("</section>\n<ul class=\"chosen\" aria-label=\"the best trial's parameters\">");
        foreach ((var name, var _) in found.Settings.Space.Flatten())
        {
            if (PlotText.Find(found.Best!.Parameters, name) is { } value)
            {
                html.Append("<li><span>").Append(Text(name)).Append("</span> <b>").Append(Text(PlotText.Of(value)))
                    .Append("</b></li>");
            }
        }

        html.Append("</ul>\n");
    }

    private static void AppendImportances(StringBuilder html, IReadOnlyList<ParameterImportance> importances)
    {
        StringBuilder bars = new(importances.Count == 0
            ? "<p>There are too few complete trials, or no differences between them, to say which parameters matter.</p>"
            : "<p>The share of the differences between complete trials that a parameter explains alone. Interactions are not "
                + "seen, and a sampler that learns does not try all values alike.</p>");
        foreach (var importance in importances)
        {
            var percent = (importance.Share * 100).ToString("0.#", CultureInfo.InvariantCulture);
            bars.Append("<div class=\"bar\"><span>").Append(Text(importance.Parameter))
                .Append("</span><div><i style=\"width:").Append(percent)
                .Append("%\"></i></div><b>").Append(percent).Append("%</b></div>");
        }

        Section(html, "Parameter importances", bars.ToString());
    }

    // The most important parameters first; those that no trial had are left out.
    private static void AppendSlices(StringBuilder html, SearchTrials trials,
        IReadOnlyList<ParameterImportance> importances, bool pruned)
    {
        string[] order = [.. importances.Select(i => i.Parameter)];
        StringBuilder slices =
            new(
                $"<p>{Text(trials.Metric)} over each "
                + $"parameter.</p>{Ramp("early trials", "late trials", pruned)}<div class=\"slices\">");
        foreach (var parameter in trials.Parameters.Where(p => trials.Drawn.Any(t => p.At(t) != null))
            .OrderBy(p => Array.IndexOf(order, p.Name) is var at && at < 0 ? int.MaxValue : at))
        {
            slices.Append("<div>").Append(SlicePlot.Draw(trials, parameter));
            if (trials.Space.Conditions.TryGetValue(parameter.Name, out var condition))
            {
                slices.Append("<p>only with ")
                    .Append(Text($"{condition.Parameter} = {string.Join(" or ", condition.Values.Select(PlotText.Of))}"))
                    .Append("</p>");
            }

            slices.Append("</div>");
        }

        if (trials.Drawn.Count > 0)
            slices.Append("<div>").Append(SlicePlot.DrawTime(trials)).Append("</div>");
        Section(html, "Slices", slices.Append("</div>").ToString());
    }

    private static void AppendTable(StringBuilder html, HeadExperimentResult found)
    {
        string[] names = [.. found.Settings.Space.Flatten().Select(o => o.Name)];
        var hasErrors = found.Trials.Any(t => t.Error != null);
        StringBuilder table =
            new(
                "<p>Point at a trial, or go through a plot with the arrow keys, to see it everywhere; a click holds it, "
                + "Escape lets it go. Click a heading to sort.</p>"
            + "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">trial</th><th scope=\"col\" "
            + "class=\"text\">state</th><th scope=\"col\">value</th><th scope=\"col\">seconds</th>");
        foreach (var name in names)
            table.Append("<th scope=\"col\">").Append(Text(name)).Append("</th>");
        table.Append(hasErrors ? "<th scope=\"col\" class=\"text\">error</th></tr></thead><tbody>\n" : "</tr></thead><tbody>\n");
        foreach (var trial in found.Trials)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"<tr{(trial.Number == found.Best!.Number ? " class=\"best\"" : "")} "
                + $"data-t=\"{trial.Number}\"><td>{trial.Number}</td>")
                .Append("<td class=\"text\">").Append(trial.State.ToString().ToLowerInvariant()).Append("</td>");
            Cell(table, trial.Value);
            Cell(table, trial.Seconds);
            foreach (var name in names)
            {
                var value = PlotText.Find(trial.Parameters, name);
                if (value?.ParameterType == ParameterType.Number)
                    Cell(table, value.AsType<double>());
                else
                    table.Append("<td>").Append(value == null ? "" : Text(PlotText.Of(value))).Append("</td>");
            }

            table.Append(hasErrors ? $"<td class=\"error\">{Text(trial.Error ?? "")}</td></tr>\n" : "</tr>\n");
        }

        Section(html, "Trials", table.Append("</tbody></table></div>").ToString());
    }

    private static void Cell(StringBuilder table, double? value) => table.Append(value is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"<td data-v=\"{number:R}\">{PlotText.Of(number)}</td>")
        : "<td></td>");

    private static string HistoryLegend(HeadExperimentResult found)
    {
        StringBuilder legend = new("<ul class=\"legend\">");
        Key(legend, "<circle class=\"dot tone3\" cx=\"10\" cy=\"8\" r=\"4\"/>", "complete");
        Key(legend, "<circle class=\"dot best\" cx=\"10\" cy=\"8\" r=\"6\"/>", "best");
        Key(legend, "<path class=\"sofar\" d=\"M0 8h20\"/>", "best so far");
        if (HasPruned(found))
            Key(legend, "<circle class=\"dot pruned\" cx=\"10\" cy=\"8\" r=\"4\"/>", "ended early");
        if (found.Trials.Any(t => t.State == TrialState.Failed || t.Value is { } value && !double.IsFinite(value)))
            Key(legend, "<path class=\"cross\" d=\"M6 4l8 8m0 -8l-8 8\"/>", "failed");
        return legend.Append("</ul>").ToString();
    }

    private static string Ramp(string from, string to, bool pruned)
    {
        StringBuilder legend = new("<ul class=\"legend\"><li>");
        legend.Append(Text(from)).Append(" <svg class=\"ramp\" viewBox=\"0 0 80 16\" aria-hidden=\"true\">");
        for (var tone = 0; tone < SearchTrials.Tones; tone++)
        {
            legend.Append(CultureInfo.InvariantCulture,
                $"<rect x=\"{tone * 16}\" y=\"3\" width=\"16\" height=\"10\" style=\"fill:var(--tone{tone})\"/>");
        }

        legend.Append("</svg>").Append(Text(to)).Append("</li>");
        Key(legend, "<circle class=\"dot best\" cx=\"10\" cy=\"8\" r=\"6\"/>", "best");
        if (pruned)
            Key(legend, "<circle class=\"dot pruned\" cx=\"10\" cy=\"8\" r=\"4\"/>", "ended early");
        return legend.Append("</ul>").ToString();
    }

    private static void Key(StringBuilder legend, string mark, string meaning) =>
        legend.Append("<li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\">").Append(mark).Append("</svg>")
            .Append(Text(meaning)).Append("</li>");

    private static bool HasPruned(HeadExperimentResult found) => found.Trials.Any(t => t.State == TrialState.Pruned);

    private static void Tile(StringBuilder html, string figure, string meaning) =>
        html.Append("<div class=\"tile\"><b>").Append(Text(figure)).Append("</b><span>").Append(Text(meaning))
            .Append("</span></div>");

    private static void Section(StringBuilder html, string title, string content) =>
        html.Append("<section><h2>").Append(Text(title)).Append("</h2>").Append(content).Append("</section>\n");

    private static string Resource(string name)
    {
        using var stream = typeof(SearchReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
