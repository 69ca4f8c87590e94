using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>How well each class is told from the others.</summary>
internal static class ClassesSection
{
    public static ReportSection? Of(ReportContent content) => content.Metrics is not { } metrics ? null
        : new ReportSection("classes", "Classes", Table("Figures of each class",
            [" class", "precision", "recall", "95 % interval of recall", "F1", "tested"],
            metrics.PerClass.Select(c => (string[])
            [
                Text(c.Name), $"{Bar(c.Precision)}{Number(c.Precision)}", $"{Bar(c.Recall)}{Number(c.Recall)}", Interval(c),
                Number(c.F1), $"{c.Support}",
            ])));

    private static string Interval(Trainers.Evaluation.ClassMetrics figures)
    {
        if (figures.Support == 0)
            return "not tested";
        var interval = Trainers.Evaluation.AccuracyInterval.Of(Math.Min(1, figures.Recall), figures.Support);
        return $"{Number(interval.Low)} to {Number(interval.High)}";
    }
}
