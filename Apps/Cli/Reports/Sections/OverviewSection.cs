using System.Text;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>The headline figures, and how far they can be trusted.</summary>
internal static class OverviewSection
{
    public static ReportSection? Of(ReportContent content)
    {
        if (content.Figures.Count + content.Notes.Count == 0)
            return null;
        StringBuilder html = new("<div class=\"tiles\">");
        foreach (var (name, value) in content.Figures)
        {
            html.Append("<div class=\"tile\"><b>").Append(Text(value)).Append("</b><span>")
                .Append(Text(name)).Append("</span></div>");
        }

        html.Append("</div>\n");
        foreach (var note in content.Notes)
            html.Append("<p>").Append(Text(note)).Append("</p>\n");
        if (content.Metrics is not null)
            html.Append("<p>Intervals hold the share for 95 % of all choices of as many test pictures (Wilson, 1927).</p>\n");
        return new ReportSection("overview", "Overview", html.ToString());
    }
}
