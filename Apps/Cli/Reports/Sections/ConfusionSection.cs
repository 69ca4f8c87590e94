using System.Text;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>Which classes are taken for which: a matrix, or a list where there are too many classes for one.</summary>
internal static class ConfusionSection
{
    private const int MostClasses = 40;

    // Beyond so many, the headings of the columns stand upright.
    private const int MostAcross = 8;
    private const int MostPairs = 200;
    private const int Tones = 10;

    public static ReportSection? Of(ReportContent content) => content.Metrics is { } metrics
        ? new ReportSection("confusion", "Confusion", metrics.Classes.Count <= MostClasses ? Matrix(metrics) : Pairs(metrics))
        : null;

    private static string Matrix(EvaluationMetrics metrics)
    {
        StringBuilder html = new();
        html.Append("<p>Rows are the true classes, columns what the model says; the darker a cell, the larger its share of the ")
            .Append("row. Framed cells are right.<span class=\"script\"> Choose a cell to see its pictures.</span></p>\n")
            .Append("<div class=\"table matrix").Append(metrics.Classes.Count > MostAcross ? " dense" : "")
            .Append("\" tabindex=\"0\" role=\"region\" aria-label=\"Confusion matrix\"><table ")
            .Append("style=\"--classes:").Append(metrics.Classes.Count)
            .Append("\"><thead><tr><th class=\"text\">true \\ said</th>");
        foreach (var name in metrics.Classes)
            html.Append("<th scope=\"col\"><span>").Append(Text(name)).Append("</span></th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var (actual, row) in metrics.Confusion.Index())
        {
            var sum = Math.Max(1, row.Sum());
            html.Append("<tr><th scope=\"row\">").Append(Text(metrics.Classes[actual])).Append("</th>");
            foreach (var (predicted, count) in row.Index())
            {
                var tone = count == 0 ? 0 : Math.Max(1, (int)Math.Round(Tones * count / sum));
                html.Append("<td class=\"h").Append(tone).Append(actual == predicted ? " hit\"" : "\"");
                if (count > 0)
                    html.Append(" data-cell=\"").Append(actual).Append(',').Append(predicted).Append('"');
                html.Append('>').Append(count == 0 ? "<span class=\"none\">0</span>" : Number(count, "0.##")).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static string Pairs(EvaluationMetrics metrics)
    {
        var pairs = metrics.Confusion.Index()
            .SelectMany(row => row.Item.Index().Where(cell => cell.Item > 0 && cell.Index != row.Index)
                .Select(cell => (Actual: row.Index, Predicted: cell.Index, Count: cell.Item, Share: cell.Item / row.Item.Sum())))
            .OrderByDescending(pair => pair.Count).ThenByDescending(pair => pair.Share).ThenBy(pair => pair.Actual)
            .ThenBy(pair => pair.Predicted).ToArray();
        return $"<p>{metrics.Classes.Count} classes are too many for a matrix: the pairs that are confused most"
            + $"{(pairs.Length > MostPairs ? $", {MostPairs} of {pairs.Length}" : "")}."
            + "<span class=\"script\"> Choose a number to see the pictures.</span></p>\n"
            + Table("Confused pairs of classes", [" true class", " taken for", "pictures", "share of the class"],
                pairs.Take(MostPairs).Select(pair => (string[])
                [
                    Text(metrics.Classes[pair.Actual]), Text(metrics.Classes[pair.Predicted]),
                    $"<span data-cell=\"{pair.Actual},{pair.Predicted}\">{Number(pair.Count, "0.##")}</span>",
                    $"{Bar(pair.Share)}{Number(pair.Share)}",
                ]));
    }
}
