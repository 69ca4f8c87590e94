using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>The model card (Mitchell et al., Model cards for model reporting, 2019).</summary>
internal static class CardSection
{
    public static ReportSection? Of(ReportContent content) => content.Card.Count == 0 ? null
        : new ReportSection("card", "Model card", Facts(content.Card));
}
