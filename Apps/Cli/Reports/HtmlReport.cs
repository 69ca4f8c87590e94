using System.Globalization;
using System.Net;
using System.Text;

namespace MlPipeline.Cli.Reports;

/// <summary>Writes a report as one HTML file that needs nothing beside it: no script, no style sheet, no picture file.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{--ground:#fff;--ink:#1b1f24;--soft:#6a737d;--line:#e1e4e8;--panel:#f6f8fa;--good:#1a7f37;--bad:#cf222e;
        --heat:9,105,218}
        @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--soft:#8b949e;--line:#30363d;--panel:#161b22;
        --good:#3fb950;--bad:#f85149;--heat:56,139,253}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1100px;padding:2rem 1.25rem;background:var(--ground);color:var(--ink);
        font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.25rem 0 .75rem}
        .facts{color:var(--soft);margin:0;display:flex;flex-wrap:wrap;gap:.1rem 1.25rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:.75rem;margin-top:1.5rem}
        .tile{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem}
        .tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:.85rem}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{padding:.35rem .7rem;border:1px solid var(--line);text-align:right}th{font-weight:600;background:var(--panel)}
        th[scope=row],td.name{text-align:left}td.hit{font-weight:700}
        .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:1rem}
        figure{margin:0;border:1px solid var(--line);border-radius:8px;overflow:hidden;background:var(--panel)}
        figure div{display:grid;grid-template-columns:1fr 1fr}figure img{width:100%;display:block;aspect-ratio:1;
        object-fit:contain;background:#0003}
        figcaption{padding:.5rem .75rem;font-size:.85rem;overflow-wrap:anywhere}.right{color:var(--good)}.wrong{color:var(--bad)}
        footer{margin-top:2.5rem;color:var(--soft);font-size:.85rem}
        """;

    public static string Render(ReportContent content)
    {
        var html = new StringBuilder(1 << 16);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>").Append(Text(content.Title))
            .Append("</title><style>\n").Append(Style).Append("</style></head>\n<body>\n<header><h1>").Append(Text(content.Title))
            .Append("</h1>\n<p class=\"facts\">");
        foreach ((var name, var value) in content.Facts)
        {
            html.Append("<span>").Append(Text(name)).Append(": ").Append(Text(value)).Append("</span>");
        }

        html.Append("</p></header>\n<section class=\"tiles\">");
        foreach ((var name, var value) in content.Figures)
        {
            html.Append("<div class=\"tile\"><b>").Append(Text(value)).Append("</b><span>").Append(Text(name))
                .Append("</span></div>");
        }

        html.Append("</section>\n");
        foreach (var note in content.Notes)
            html.Append("<p>").Append(Text(note)).Append("</p>\n");

        AppendConfusion(html, content);
        AppendPerClass(html, content);
        AppendCalibration(html, content);
        AppendPictures(html, content);
        AppendConflicts(html, content);
        AppendSkipped(html, content);
        html.Append(
            "<footer>Intervals are Wilson's, of 95 %. Heatmaps are class activation maps (Zhou et al., 2016) of the predicted "
            + "class, laid over the picture.</footer>\n</body></html>\n");
        return html.ToString();
    }

    private static void AppendConfusion(StringBuilder html, ReportContent content)
    {
        if (content.Classes.Count == 0)
            return;
        html.Append(
            "<section><h2>Confusion (rows: true class, columns: predicted)</h2><div "
            + "class=\"scroll\"><table><thead><tr><th></th>");
        foreach (var name in content.Classes)
            html.Append("<th scope=\"col\">").Append(Text(name)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        for (var actual = 0; actual < content.Classes.Count; actual++)
        {
            var row = content.Confusion[actual];
            var sum = Math.Max(1, row.Sum());
            html.Append("<tr><th scope=\"row\">").Append(Text(content.Classes[actual])).Append("</th>");
            for (var predicted = 0; predicted < row.Count; predicted++)
            {
                html.Append("<td").Append(actual == predicted ? " class=\"hit\"" : "")
                    .Append(" style=\"background:rgba(var(--heat),")
                    .Append(Number(0.6 * row[predicted] / sum, "0.###")).Append(")\">")
                    .Append(Number(row[predicted], "0.##")).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void AppendPerClass(StringBuilder html, ReportContent content)
    {
        if (content.PerClass.Count == 0)
            return;
        html.Append(
            "<section><h2>Per class</h2><div "
            + "class=\"scroll\"><table><thead><tr><th>class</th>"
            + "<th>precision</th><th>recall</th><th>F1</th><th>images</th></tr></thead><tbody>\n");
        foreach (var figures in content.PerClass)
        {
            html.Append("<tr><th scope=\"row\">").Append(Text(figures.Name)).Append("</th><td>")
                .Append(Number(figures.Precision, "0.000"))
                .Append("</td><td>").Append(Number(figures.Recall, "0.000")).Append("</td><td>")
                .Append(Number(figures.F1, "0.000"))
                .Append("</td><td>").Append(figures.Support).Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void AppendCalibration(StringBuilder html, ReportContent content)
    {
        if (content.Calibration.Count == 0)
            return;
        html.Append("<section><h2>Calibration (confidence and accuracy should agree)</h2><div class=\"scroll\"><table>")
            .Append("<thead><tr><th>confidence</th><th>images</th><th>mean confidence</th>")
            .Append("<th>accuracy</th></tr></thead><tbody>\n");
        foreach (var bin in content.Calibration)
        {
            html.Append("<tr><th scope=\"row\">").Append(Number(bin.Low, "0.00")).Append(" to ").Append(Number(bin.High, "0.00"))
                .Append("</th><td>").Append(bin.Rows).Append("</td><td>").Append(Number(bin.Confidence, "0.000"))
                .Append("</td><td>").Append(Number(bin.Accuracy, "0.000")).Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void AppendPictures(StringBuilder html, ReportContent content)
    {
        if (content.Pictures.Count == 0)
            return;
        html.Append("<section><h2>").Append(Text(content.PicturesTitle)).Append("</h2><div class=\"gallery\">\n");
        foreach (var picture in content.Pictures)
        {
            html.Append("<figure><div>");
            AppendImage(html, picture.Picture, picture.Name);
            if (picture.Overlay is { } overlay)
                AppendImage(html, overlay, "heatmap of " + picture.Name);
            html.Append("</div><figcaption><b class=\"").Append(picture.IsCorrect ? "right" : "wrong").Append("\">")
                .Append(Text(picture.Predicted)).Append("</b> ").Append(Number(picture.Score, "0.000"));
            if (!picture.IsCorrect)
                html.Append(", truly ").Append(Text(picture.Actual));
            html.Append("<br>").Append(Text(picture.Name)).Append("</figcaption></figure>\n");
        }

        html.Append("</div></section>\n");
    }

    private static void AppendConflicts(StringBuilder html, ReportContent content)
    {
        if (content.LabelConflicts.Count == 0)
            return;
        html.Append("<section><h2>The same picture with different labels</h2><ul>\n");
        foreach (var set in content.LabelConflicts)
        {
            html.Append("<li>").Append(Text(string.Join(", ", set.Select(p => $"{p.Path} ({p.Label})")))).Append("</li>\n");
        }

        html.Append("</ul></section>\n");
    }

    private static void AppendSkipped(StringBuilder html, ReportContent content)
    {
        if (content.Skipped.Count == 0)
            return;
        html.Append(
            "<section><h2>Left out</h2><div "
            + "class=\"scroll\"><table><thead><tr><th>file</th><th>reason</th></tr></thead><tbody>\n");
        foreach ((var path, var reason) in content.Skipped)
        {
            html.Append("<tr><td class=\"name\">").Append(Text(path)).Append("</td><td class=\"name\">").Append(Text(reason))
                .Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void AppendImage(StringBuilder html, byte[] png, string description) =>
        html.Append("<img alt=\"").Append(Text(description)).Append("\" src=\"data:image/png;base64,")
            .Append(Convert.ToBase64String(png)).Append("\">");

    private static string Text(string value) => WebUtility.HtmlEncode(value);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
