using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Search;
using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>Prints the results of training and evaluating as text.</summary>
internal static class ResultText
{
    public static void Print(EvaluationResult result)
    {
        Console.WriteLine($"tested on {result.Evaluation.TestImages} pictures; {result.Trust}");
        if (result.Unseen is { } unseen && result.TrainedOn > 0)
        {
            Console.WriteLine($"on the {unseen.TestImages} pictures that it was not trained on:");
            Console.WriteLine(Figures(unseen));
            Console.WriteLine("on all pictures:");
        }

        PrintMetrics(result.Evaluation, null);
        if (result.UnknownClasses.Count > 0)
            Console.WriteLine($"left out, for the model does not know them: {NameList.Of(result.UnknownClasses)}");
        PrintWork(result, result.Seconds);
    }

    public static void Print(TrainingResult result)
    {
        if (result.FeatureProbe is { } probe)
            PrintProbe(probe);
        Console.WriteLine(
            $"{result.Trainer} head on {result.Backbone}, {result.FeatureCount} features from {result.FeaturesFrom}: "
            + $"trained on {result.TrainImages} pictures, "
            + (result.Evaluation is { } tested ? $"tested on {tested.TestImages}" : "tested on none: no accuracy is known"));
        if (result.TrainedLayers is { } layers)
            Console.WriteLine($"trained with the head: {layers}; {EpochOf(result.Epochs!)}");
        if (result.Evaluation is { } evaluation)
            PrintMetrics(evaluation, result.Folds);
        if (result.UntestedClasses.Count > 0)
            Console.WriteLine($"not tested, as no picture of them is left for it: {NameList.Of(result.UntestedClasses)}");
        if (result.SharedPictures.Count > 0)
            Console.WriteLine($"{result.SharedPictures.Count} pictures of the test set are trained on too");
        PrintWork(result, result.Seconds);
        if (result.Duplicates.Count > 0)
        {
            Console.WriteLine(
                $"{result.Duplicates.Count} sets of pictures have the same content; each was kept on one side of the split");
        }

        if (result.Model != null)
            Console.WriteLine($"model: {result.Model}");
    }

    private static string EpochOf(IReadOnlyList<EpochResult> epochs) => epochs.Single(e => e.IsKept) switch
    {
        { ValidationLoss: null } => $"epoch {epochs[^1].Epoch}, the last, is kept",
        { Epoch: 0 } => "no epoch was better than the head alone, which is kept",
        { } best => $"epoch {best.Epoch} of {epochs[^1].Epoch} is kept",
    };

    /// <summary>The headline figures, in one line.</summary>
    public static string Figures(EvaluationMetrics metrics) =>
        $"micro-accuracy {metrics.MicroAccuracy:0.0000} ({Interval(metrics.MicroAccuracyInterval)})   "
        + $"macro-accuracy {metrics.MacroAccuracy:0.0000}   macro-F1 {metrics.MacroF1:0.0000}   "
        + $"log-loss {metrics.LogLoss:0.0000}";

    public static string Interval(AccuracyInterval interval) => $"95 % interval {interval.Low:0.000} to {interval.High:0.000}";

    /// <summary>How many pictures have different labels; stderr and JSON name them.</summary>
    public static void PrintConflicts(JobResult result)
    {
        if (result.LabelConflicts.Count > 0)
            Console.WriteLine($"pictures that are there with different labels: {result.LabelConflicts.Count}; mend these first");
    }

    private static void PrintMetrics(EvaluationMetrics metrics, IReadOnlyList<FoldResult>? folds)
    {
        Console.WriteLine(Figures(metrics));
        if (folds is not null)
            Console.WriteLine($"folds: {string.Join("  ", folds.Select(f => $"{f.MicroAccuracy:0.000}"))}");
        PrintConfidence(metrics.Confidence);
        PrintConfusion(metrics);
    }

    private static void PrintWork(JobResult result, StageSeconds s)
    {
        if (result.Skipped > 0)
            Console.WriteLine($"{result.Skipped} pictures were skipped; each is named above");
        PrintConflicts(result);
        Console.WriteLine(
            $"seconds: load {s.Load:0.0}, features {Seconds(result, s.Features)}, train {s.Train:0.00}, "
            + $"evaluate {s.Evaluate:0.00}, total {s.Total:0.0}");
        if (result.Cached > 0)
            Console.WriteLine($"the features of {result.Cached} pictures came from the cache");
    }

    /// <summary>The time of the features; where nothing was computed, no time was taken.</summary>
    public static string Seconds(JobResult result, double features) =>
        result.Cached > 0 && result.Cached >= result.Images ? "cached" : $"{features:0.0}";

    /// <summary>Which features were tried and why one set was taken.</summary>
    private static void PrintProbe(FeatureProbeResult probe)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("features from");
        foreach (var figure in (string[])["dimension", "accuracy", "log-loss"])
            table.AddColumn(new TableColumn(figure).RightAligned());
        foreach (var candidate in probe.Candidates)
        {
            table.AddRow($"{Markup.Escape(candidate.Features)}{(candidate.Features == probe.Chosen ? " *" : "")}",
                $"{candidate.Dimension}",
                $"{candidate.Accuracy:0.000} +- {candidate.Deviation:0.000}", $"{candidate.LogLoss:0.000}");
        }

        Write(table);
        Console.WriteLine($"features: {probe.Chosen}, because {probe.Reason}");
    }

    private static void PrintConfidence(ConfidenceResult confidence)
    {
        var before = confidence.UncalibratedError is { } error
            ? $" ({error:0.0000} before temperature {confidence.Temperature:0.00})" : "";
        Console.WriteLine($"calibration error {confidence.CalibrationError:0.0000}{before}");
        if (confidence.Threshold is { } threshold)
        {
            Console.WriteLine(
                $"answered {confidence.Answered}, abstained {confidence.Abstained} (confidence "
                + $"below {threshold:0.000}): coverage {confidence.Coverage:P1}, precision among the "
                + $"answered {confidence.Precision:0.0000}");
        }
    }

    private static void PrintConfusion(EvaluationMetrics result)
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

        Write(table);
    }

    private static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;
        AnsiConsole.Write(table);
    }
}
