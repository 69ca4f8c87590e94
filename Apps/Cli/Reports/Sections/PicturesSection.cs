using System.Text;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>Every error, the surest first, then the least sure hits: with their heatmaps as far as the budget reaches, then
/// smaller, then as rows of a table. A filter hides what is not asked for.</summary>
internal static class PicturesSection
{
    public static ReportSection? Of(ReportContent content)
    {
        if (content.Metrics is not { } metrics)
            return null;
        var (errors, hits) = (content.Pictures.Count(p => !p.IsCorrect), content.Pictures.Count(p => p.IsCorrect));
        StringBuilder html = new("<p>");
        html.Append(errors == 0 ? "There are no errors"
            : $"All {errors} errors, the surest first{Beyond(content, isCorrect: false)}");
        html.Append(hits == 0 ? ". "
            : $"; then the least sure {hits} of {content.Hits} hits{Beyond(content, isCorrect: true)}. ");
        if (content.Pictures.Any(p => p.Overlay is not null))
        {
            html.Append("Beside a picture is the same with the heatmap of what the model says: what glows speaks for it most; a ")
                .Append("box is around the largest part.");
        }

        html.Append("</p>\n");
        AppendFilter(html, metrics.Classes);
        html.Append("<div class=\"gallery\">\n");
        foreach (var (place, picture) in content.Pictures.Index().Where(p => p.Item.Picture is not null))
            AppendFigure(html, place, picture, metrics.Classes);
        html.Append("</div>\n");
        var rest = content.Pictures.Index().Where(p => p.Item.Picture is null).ToArray();
        if (rest.Length > 0)
            AppendRows(html, rest, metrics.Classes);
        return new ReportSection("pictures", "Errors and least sure hits", html.ToString());
    }

    private static string Beyond(ReportContent content, bool isCorrect)
    {
        var all = content.Pictures.Where(p => p.IsCorrect == isCorrect).ToArray();
        var small = all.Count(p => p is { Picture: not null, Overlay: null });
        var none = all.Count(p => p.Picture is null);
        var hasHeatmaps = content.Pictures.Any(p => p.Overlay is not null);
        string[] words =
        [
            .. hasHeatmaps && small > 0 ? [$"{small} small and without heatmap"] : Array.Empty<string>(),
            .. none > 0 ? [$"{none} as rows without a picture"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "" : $" ({string.Join(", ", words)}, to keep the file small)";
    }

    private static void AppendFilter(StringBuilder html, IReadOnlyList<string> classes)
    {
        html.Append("<form id=\"filter\" hidden aria-label=\"Filter pictures\">\n")
            .Append("<label>Class <select name=\"class\" aria-label=\"Class\"><option value=\"\">all classes</option>");
        foreach (var (place, name) in classes.Index())
            html.Append("<option value=\"").Append(place).Append("\">").Append(Text(name)).Append("</option>");
        html.Append("</select></label>\n<label>Show <select name=\"kind\" aria-label=\"Show\">")
            .Append("<option value=\"\">errors and hits</option>")
            .Append("<option value=\"miss\">errors</option><option value=\"hit\">hits</option></select></label>\n")
            .Append("<label>Confidence from <input name=\"low\" type=\"number\" min=\"0\" max=\"1\" step=\"0.05\" value=\"0\">")
            .Append("</label>\n<label>to <input name=\"high\" type=\"number\" min=\"0\" max=\"1\" step=\"0.05\" value=\"1\">")
            .Append("</label>\n<button type=\"reset\">Show all</button>\n<output id=\"shown\" role=\"status\" tabindex=\"-1\">")
            .Append("</output></form>\n");
    }

    private static void AppendFigure(StringBuilder html, int place, ReportPicture picture, IReadOnlyList<string> classes)
    {
        html.Append("<figure id=\"p").Append(place).Append("\" class=\"").Append(picture.IsCorrect ? "hit" : "miss");
        if (picture.Overlay is null)
            html.Append(" one");
        html.Append('"');
        AppendData(html, picture);
        html.Append("><div>").Append(Image(picture.Picture!, picture.Name));
        if (picture.Overlay is { } overlay)
            html.Append(Image(overlay, $"what speaks for {classes[picture.Predicted]} in {picture.Name}"));
        html.Append("</div><figcaption>").Append(Said(picture, classes))
            .Append("<span class=\"file\">").Append(Text(picture.Name))
            .Append("</span></figcaption></figure>\n");
    }

    private static string Said(ReportPicture picture, IReadOnlyList<string> classes) =>
        $"<b class=\"said\">{(picture.IsCorrect ? "✓" : "✕")} {Text(classes[picture.Predicted])}</b> "
        + $"<span class=\"sure\">{Number(picture.Score)}</span>"
        + (picture.IsCorrect ? "" : $"<br>truly <b>{Text(classes[picture.Actual])}</b>");

    private static void AppendRows(StringBuilder html, IReadOnlyList<(int Place, ReportPicture Picture)> rest,
        IReadOnlyList<string> classes)
    {
        html.Append("<div class=\"table tall\" tabindex=\"0\" role=\"region\" aria-label=\"Further pictures\"><table><thead><tr>")
            .Append("<th scope=\"col\" class=\"text\">picture</th><th scope=\"col\" class=\"text\">true class</th>")
            .Append("<th scope=\"col\" class=\"text\">said</th><th scope=\"col\">confidence</th></tr></thead><tbody>\n");
        foreach (var (place, picture) in rest)
        {
            html.Append("<tr id=\"p").Append(place).Append("\" class=\"").Append(picture.IsCorrect ? "hit" : "miss").Append('"');
            AppendData(html, picture);
            html.Append("><td class=\"text\">").Append(Text(picture.Name)).Append("</td><td class=\"text\">")
                .Append(Text(classes[picture.Actual])).Append("</td><td class=\"text\">").Append(Text(classes[picture.Predicted]))
                .Append("</td><td>").Append(Number(picture.Score)).Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static void AppendData(StringBuilder html, ReportPicture picture) => html.Append(" data-a=\"").Append(picture.Actual)
        .Append("\" data-p=\"").Append(picture.Predicted).Append("\" data-s=\"")
        .Append(Number(picture.Score, "0.####")).Append('"');
}
