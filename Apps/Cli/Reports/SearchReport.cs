using System.Globalization;
using System.Text;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Trainers.Search;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports;

/// <summary>The report of a search: figures, importances, plots and a table of all trials, and what it found: the best model's
/// test, data set and card.</summary>
internal static class SearchReport
{
    public const string FileName = "search.html";

    /// <summary>Writes the report of a search and of the model that it found.</summary>
    /// <param name="place">The HTML file, or a folder for it, which is made when it is missing.</param>
    /// <param name="title">The heading.</param>
    /// <param name="step">What trials that report on their way count.</param>
    /// <param name="result">What was found, as it is printed.</param>
    /// <param name="model">The best model; null when none was made.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="context">Told how it comes along.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string place, string title, string step, SearchResult result, ImageClassificationModel? model,
        ImageDataSet data, CommandContext context)
    {
        var settings = result.Search.Settings;
        var album = new PictureAlbum(model, data.Root, context);
        var content = TrainingReport.WithAnswers(new ReportContent
        {
            Title = title,
            Facts = [],
            Metrics = result.HeldOut,
            Data = ReportFacts.Data(data, result, result.HeldOutAnswers, album),
            Chain = model is null ? [] : ReportFacts.Chain(model.Backbone, model.ClassNames, "linear"),
            Timing = [("loading", result.Seconds.Load), ("features", result.Seconds.Features), ("search", result.Seconds.Search),
                ("training", result.Seconds.Train), ("nested search", result.Seconds.Nested)],
            Card = model is null ? [] : ReportFacts.Card(result.Model is { } file ? ModelFile.ReadCard(file) : model.Trained.Card,
                model.Backbone, [("sampler", result.Sampler), ("pruner", result.Pruner)]),
        }, result.HeldOutAnswers, album);
        return HtmlReport.Write(HtmlReport.PlaceIn(place, FileName), title,
            [("searched on", settings.Subject), ("sampler", $"{settings.Sampler}"), ("pruner", $"{settings.Pruner}"),
                ("seed", $"{settings.Seed}")],
            [.. Sections(step, result), .. HtmlReport.SectionsOf(content)], HtmlReport.Resource("search.css"),
            HtmlReport.Resource("search.js"));
    }

    private static IEnumerable<ReportSection> Sections(string step, SearchResult result)
    {
        var found = result.Search;
        var trials = new SearchTrials(found, PlotText.Of(result.Metric));
        yield return new ReportSection("overview", "Overview", Overview(result));
        yield return new ReportSection("history", "History",
            $"<div class=\"scroll wide\">{HistoryPlot.Draw(trials)}</div>{HistoryLegend(found)}");
        yield return new ReportSection("importances", "Parameter importances", Importances(result.Importances));
        yield return new ReportSection("parallel", "Parallel coordinates",
            "<p>One line for each trial, from its parameters to its value.</p>"
            + $"<div class=\"scroll\">{ParallelPlot.Draw(trials)}</div>"
            + $"{Ramp("worst trials", "best trials", pruned: HasPruned(found))}");
        yield return new ReportSection("slices", "Slices", Slices(trials, result.Importances, HasPruned(found)));
        if (CurvePlot.Draw(trials, step) is { } curves)
        {
            yield return new ReportSection("curves", "Learning curves",
                $"<p>The value on the way, by {Text(step)}.</p><div class=\"scroll "
                + $"wide\">{curves}</div>{Ramp("worst trials", "best trials", pruned: HasPruned(found))}");
        }

        yield return new ReportSection("trials", "Trials", Trials(found));
    }

    private static string Overview(SearchResult result)
    {
        StringBuilder html = new();
        AppendFigures(html, result);
        return html.Append("<p>Note: ").Append(Text(result.Trust)).Append(".</p>\n").ToString();
    }

    private static void AppendFigures(StringBuilder html, SearchResult result)
    {
        var found = result.Search;
        int Count(TrialState state) => found.Trials.Count(t => t.State == state);
        html.Append("<div class=\"tiles\">");
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
        html.Append("</div>\n<ul class=\"chosen\" aria-label=\"the best trial's parameters\">");
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

    private static string Importances(IReadOnlyList<ParameterImportance> importances)
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

        return bars.ToString();
    }

    // The most important parameters first; those that no trial had are left out.
    private static string Slices(SearchTrials trials,
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
        return slices.Append("</div>").ToString();
    }

    private static string Trials(HeadExperimentResult found)
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

        return table.Append("</tbody></table></div><div id=\"tip\" role=\"status\"></div>\n").ToString();
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
}
