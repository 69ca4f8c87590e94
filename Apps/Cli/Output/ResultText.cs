using MlPipeline.Cli.Results;
using MlPipeline.Trainers;
using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>Prints the results of training and evaluating as text.</summary>
internal static class ResultText
{
    public static void Print(EvaluationResult result)
    {
        if (result is TrainingResult trained)
        {
            if (trained.FeatureProbe is { } probe)
                FeatureProbeText.Print(probe);

            Console.WriteLine($"{trained.Trainer} head on {trained.Backbone}, {trained.FeatureCount} features from {trained.FeaturesFrom}: trained on {trained.TrainImages} pictures, tested on {trained.TestImages}");
        }

        Console.WriteLine($"micro-accuracy {result.MicroAccuracy:0.0000}   macro-accuracy {result.MacroAccuracy:0.0000}   macro-F1 {result.MacroF1:0.0000}   log-loss {result.LogLoss:0.0000}");
        if (result is TrainingResult { Folds: { } folds })
            Console.WriteLine($"folds: {string.Join("  ", folds.Select(f => $"{f.MicroAccuracy:0.000}"))}");

        if (result.Confidence is { } confidence)
            PrintConfidence(confidence);

        PrintConfusion(result);
        if (result.Skipped > 0)
            Console.WriteLine($"{result.Skipped} pictures were skipped; each is named above");

        var s = result.Seconds;
        Console.WriteLine($"seconds: load {s.Load:0.0}, features {s.Features:0.0}, train {s.Train:0.00}, evaluate {s.Evaluate:0.00}, total {s.Total:0.0}");
        if (result.Cached > 0)
            Console.WriteLine($"the features of {result.Cached} pictures came from the cache");

        if (result is not TrainingResult training)
            return;

        if (training.Duplicates.Count > 0)
            Console.WriteLine($"{training.Duplicates.Count} sets of pictures have the same content; each was kept on one side of the split");

        if (training.Model != null)
            Console.WriteLine($"model: {training.Model}");

        if (training.Report != null)
            Console.WriteLine($"report: {training.Report}");
    }

    private static void PrintConfidence(ConfidenceResult confidence)
    {
        var before = confidence.UncalibratedError is { } error ? $" ({error:0.0000} before temperature {confidence.Temperature:0.00})" : "";
        Console.WriteLine($"calibration error {confidence.CalibrationError:0.0000}{before}");
        if (confidence.Threshold is { } threshold)
            Console.WriteLine($"answered {confidence.Answered}, abstained {confidence.Abstained} (confidence below {threshold:0.000}): coverage {confidence.Coverage:P1}, precision among the answered {confidence.Precision:0.0000}");
    }

    private static void PrintConfusion(EvaluationResult result)
    {
        // A table of very many classes is for the report.
        if (result.Classes.Count > 20)
            return;

        var table = new Table().Border(TableBorder.Simple).AddColumn("true \\ predicted");
        foreach (var name in result.Classes)
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());

        foreach (var figure in (string[])["precision", "recall", "F1"])
            table.AddColumn(new TableColumn(figure).RightAligned());

        for (var c = 0; c < result.Classes.Count; c++)
        {
            var figures = result.PerClass[c];
            table.AddRow([Markup.Escape(result.Classes[c]), .. result.Confusion[c].Select(n => $"{n:0}"),
                $"{figures.Precision:0.000}", $"{figures.Recall:0.000}", $"{figures.F1:0.000}"]);
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;

        AnsiConsole.Write(table);
    }
}
