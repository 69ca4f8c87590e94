using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests;

public class ClassificationReportTests
{
    [Fact]
    public void Agrees_with_numbers_worked_out_by_hand()
    {
        var report = ClassificationReport.Of([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, -1, 1], ["a", "b", "c", "d"]);
        Assert.Equal(new ClassMetrics("a", 3, 1, 2.0 / 3, 0.8), report.Classes[0]);
        Assert.Equal((1.0 / 3, 0.5, 0.4), (report.Classes[1].Precision, report.Classes[1].Recall, report.Classes[1].F1));
        Assert.Equal((0.0, 0.0, 0.0), (report.Classes[2].Precision, report.Classes[2].Recall, report.Classes[2].F1));
        Assert.Equal(0, report.Classes[3].Support);
        Assert.Equal((0.8 + 0.4 + 0) / 3, report.MacroF1, 12);
        Assert.Equal(0.5, report.MicroF1, 12);
        Assert.Equal((0.8 * 3 + 0.4 * 2) / 6, report.WeightedF1, 12);
    }

    [Fact]
    public void Scored_rows_and_their_confusion_matrix_give_the_same()
    {
        var context = new MLContext(1);
        var data = HeadRows.Load(context, HeadRows.Blobs(120, 3, spread: 5));
        var scored = context.MulticlassClassification.Trainers.LinearHead().Fit(data).Transform(data);
        var rows = ClassificationReport.Of(scored);
        var metrics = context.MulticlassClassification.Evaluate(scored);
        var matrix = ClassificationReport.Of(metrics.ConfusionMatrix, ["c0", "c1", "c2"]);
        Assert.Equal(rows.Classes, matrix.Classes);
        Assert.Equal(metrics.MicroAccuracy, rows.MicroF1, 12);
        Assert.InRange(rows.MacroF1, 0.3, 0.999);
    }
}
