using System.Text;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>The pipeline as a chain, from the picture to its label.</summary>
internal static class ChainSection
{
    public static ReportSection? Of(ReportContent content)
    {
        if (content.Chain.Count == 0)
            return null;
        StringBuilder html = new("<ol class=\"chain\">");
        foreach (var link in content.Chain)
        {
            html.Append("<li><span>").Append(Text(link.Kind)).Append("</span><b>").Append(Text(link.Name)).Append("</b><small>")
                .Append(Text(link.Size)).Append("</small></li>\n");
        }

        return new ReportSection("pipeline", "Pipeline", html.Append("</ol>\n").ToString());
    }
}
