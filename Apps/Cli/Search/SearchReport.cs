using System.Globalization;
using System.Net;
using System.Text;
using MlPipeline.Cli.Jobs;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>Writes a search as one HTML file that needs nothing beside it: table, importances, and plots.</summary>
internal static class SearchReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--soft:#6a737d;--line:#e1e4e8;--panel:#f6f8fa;--dot:#0969da;--best:#cf222e}
        @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--soft:#8b949e;--line:#30363d;--panel:#161b22;--dot:#58a6ff;--best:#f85149}}
        *{box-sizing:border-box}body{margin:0 auto;max-width:1100px;padding:2rem 1.25rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.25rem 0 .5rem}p{margin:.25rem 0;color:var(--soft)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}
        th,td{padding:.25rem .6rem;border:1px solid var(--line);text-align:right;white-space:nowrap}th{background:var(--panel)}tr.best td{font-weight:700}
        .bar{display:grid;grid-template-columns:10rem 1fr 4rem;gap:.75rem;align-items:center}.bar i{display:block;height:.8rem;background:var(--dot);border-radius:3px}
        .slices{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:.5rem}
        svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--soft)}svg .axis{stroke:var(--line)}
        svg .dot{fill:var(--dot);fill-opacity:.65}svg .pruned{fill:var(--soft);fill-opacity:.5}svg circle.best{fill:var(--best)}
        svg path{fill:none;stroke:var(--dot);stroke-width:1.2}svg path.best{stroke:var(--best);stroke-width:2.5;opacity:1!important}svg path.pruned{stroke:var(--soft);fill:none}svg .line{stroke:var(--best)}
        """;

    /// <summary>Writes <c>search.html</c> into a folder.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(string folder, string title, TuneResult result, HeadExperimentResult found)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "search.html");
        HeatmapFiles.WriteAside(path, Encoding.UTF8.GetBytes(Render(title, result, found)));
        return path;
    }

    private static string Render(string title, TuneResult result, HeadExperimentResult found)
    {
        var plots = new SearchPlots(found.Settings.Space, found.Trials, found.Settings.Maximize, found.Best?.Number);
        var html = new StringBuilder(1 << 16);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
            .Append(Text(title)).Append("</title><style>\n").Append(Style).Append("</style></head>\n<body><h1>").Append(Text(title)).Append("</h1>\n");
        Paragraph(html, $"{result.Trials.Count} trials by {found.Settings.Sampler}, pruner {found.Settings.Pruner}, seed {found.Settings.Seed}. {found.Settings.Subject}.");
        Paragraph(html, $"Best: trial {result.Best.Number}, {result.Metric} {Number(result.Best.Value)}, {result.Best.Parameters}");
        if (result.Nested is { } nested)
        {
            Paragraph(html, $"On pictures that no search has seen (nested cross-validation, {nested.Folds.Count} folds): micro-accuracy {Number(nested.MicroAccuracy)}, "
                + $"macro-accuracy {Number(nested.MacroAccuracy)}, macro-F1 {Number(nested.MacroF1)}, log-loss {Number(nested.LogLoss)}.");
        }

        Section(html, "History", plots.History());
        AppendImportances(html, result.Importances);
        Section(html, "Parallel coordinates", $"<p>One line for each trial; the better, the stronger. The best is red; a line leaves out what does not apply to its trial.</p><div class=\"scroll\">{plots.Parallel()}</div>");
        Section(html, "Slices", $"<div class=\"slices\">{string.Concat(plots.Slices())}</div>");
        if (plots.LearningCurves() is { } curves)
            Section(html, "Learning curves", $"<p>The mean over the folds so far, or the value on growing parts of the rows; grey trials were ended early.</p>{curves}");
        AppendTable(html, result, found);
        return html.Append("</body></html>\n").ToString();
    }

    private static void AppendImportances(StringBuilder html, IReadOnlyList<ParameterImportance> importances)
    {
        if (importances.Count == 0)
            return;
        StringBuilder bars = new("<p>The share of the variance between complete trials that a parameter explains alone (adjusted correlation ratio over choices or fifths of a range). Interactions are not seen, and a sampler that learns does not try all values alike.</p>");
        foreach (ParameterImportance importance in importances)
        {
            bars.Append("<div class=\"bar\"><span>").Append(Text(importance.Parameter)).Append("</span><i style=\"width:")
                .Append((importance.Share * 100).ToString("0.#", CultureInfo.InvariantCulture)).Append("%\"></i><span>").Append(Number(importance.Share)).Append("</span></div>");
        }

        Section(html, "Parameter importances", bars.ToString());
    }

    private static void AppendTable(StringBuilder html, TuneResult result, HeadExperimentResult found)
    {
        string[] names = [.. found.Settings.Space.Keys];
        StringBuilder table = new("<div class=\"scroll\"><table><thead><tr><th>trial</th><th>state</th><th>value</th><th>seconds</th>");
        foreach (string name in names)
            table.Append("<th>").Append(Text(name)).Append("</th>");
        table.Append("<th>error</th></tr></thead><tbody>\n");
        foreach (TrialRecord trial in found.Trials)
        {
            table.Append(trial.Number == result.Best.Number ? "<tr class=\"best\">" : "<tr>").Append("<td>").Append(trial.Number).Append("</td><td>")
                .Append(trial.State.ToString().ToLowerInvariant()).Append("</td><td>").Append(Number(trial.Value)).Append("</td><td>").Append(Number(trial.Seconds)).Append("</td>");
            foreach (string name in names)
            {
                string text = !trial.Parameters.TryGetValue(name, out Parameter? value) ? ""
                    : value.ParameterType == ParameterType.Number ? value.AsType<double>().ToString("G4", CultureInfo.InvariantCulture) : value.AsType<string>();
                table.Append("<td>").Append(Text(text)).Append("</td>");
            }

            table.Append("<td>").Append(Text(trial.Error ?? "")).Append("</td></tr>\n");
        }

        Section(html, "Trials", table.Append("</tbody></table></div>").ToString());
    }

    private static void Section(StringBuilder html, string title, string content) =>
        html.Append("<section><h2>").Append(Text(title)).Append("</h2>").Append(content).Append("</section>\n");

    private static void Paragraph(StringBuilder html, string text) => html.Append("<p>").Append(Text(text)).Append("</p>\n");

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
