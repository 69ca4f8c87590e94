using MlPipeline.Cli.Reports.Plots;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>Where the time went.</summary>
internal static class TimingSection
{
    public static ReportSection? Of(ReportContent content)
    {
        var total = content.Timing.Sum(t => t.Seconds);
        return total <= 0 ? null : new ReportSection("timing", "Timing",
            "<p>Wall-clock time of the run, without this report.</p>\n"
            + string.Concat(content.Timing.Select(t =>
                $"<div class=\"bar\"><span>{Text(t.Stage)}</span>"
                    + $"<div><i style=\"width:{Number(100 * t.Seconds / total, "0.#")}%\">"
                + $"</i></div><b>{PlotText.Seconds(t.Seconds)}</b></div>\n")));
    }
}
