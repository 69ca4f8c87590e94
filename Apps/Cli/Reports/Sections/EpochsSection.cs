using MlPipeline.Cli.Reports.Plots;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>The learning curves of trained layers: loss and accuracy by epoch.</summary>
internal static class EpochsSection
{
    public static ReportSection? Of(ReportContent content)
    {
        var epochs = content.Epochs;
        if (epochs.Count < 2)
            return null;
        var kept = epochs.FirstOrDefault(e => e.IsKept)?.Epoch;
        var html = "<p>Epoch 0 is the pretrained network with its head."
            + (kept is { } number ? $" The model has the weights of epoch {number}, the dashed line." : "") + "</p>\n"
            + LinePlot.Legend + "<div class=\"two even\"><div>"
            + LinePlot.Draw("loss", "epoch", [.. epochs.Select(e => (double)e.Epoch)], [.. epochs.Select(e => e.Loss)],
                [.. epochs.Select(e => e.ValidationLoss)], kept)
            + "</div><div>"
            + LinePlot.Draw("accuracy", "epoch", [.. epochs.Select(e => (double)e.Epoch)], [.. epochs.Select(e => e.Accuracy)],
                [.. epochs.Select(e => e.ValidationAccuracy)], kept)
            + "</div></div>\n"
            + Table("Epochs", ["epoch", "loss", "accuracy", "validation loss", "validation accuracy", "learning rate", "seconds"],
                epochs.Select(e => (string[])
                [
                    $"{e.Epoch}{(e.IsKept ? " (kept)" : "")}", Optional(e.Loss), Optional(e.Accuracy),
                    Optional(e.ValidationLoss), Optional(e.ValidationAccuracy), PlotText.Of(e.LearningRate),
                    Number(e.Seconds, "0.0"),
                ]));
        return new ReportSection("curves", "Learning curves", html);
    }

    private static string Optional(double? value) => value is { } number ? Number(number) : "";
}
