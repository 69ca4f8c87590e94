using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Trainers.Search;
using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>Prints what tune found as text.</summary>
internal static class SearchText
{
    private const int Shown = 5;

    public static void Print(SearchResult result)
    {
        int Count(TrialState state) => result.Trials.Count(t => t.State == state);
        Console.WriteLine(
            $"{result.Trials.Count} trials "
            + $"({Count(TrialState.Complete)} complete, {Count(TrialState.Pruned)} pruned, {Count(TrialState.Failed)} failed) "
            + $"by {result.Sampler} on {result.Images} pictures, {result.Backbone}");
        PrintBest(result);
        var views = result is { Augment: Augmentations.None, TestViews: Augmentations.None } ? ""
            : $", trained on views {result.Augment.ToString().ToLowerInvariant()}, tested "
                + $"on {result.TestViews.ToString().ToLowerInvariant()}";
        Console.WriteLine(result.TrainedLayers is { } layers
            ? $"trained with the head: {layers}, at {result.InputSize} x {result.InputSize}"
            : $"it takes {result.FeatureCount} features "
                + $"from {result.FeaturesFrom} at {result.InputSize} x {result.InputSize}{views}");
        if (result.Importances.Count > 0)
        {
            Console.WriteLine(
                $"importance (variance explained "
                + $"alone): {string.Join(", ", result.Importances.Take(5).Select(i => $"{i.Parameter} {i.Share:0.00}"))}");
        }

        Console.WriteLine(
            $"validation: best {PlotText.Of(result.Metric)} {result.Best.Value:0.0000} (trial {result.Best.Number})");
        if (result.HeadAlone is { } alone)
            Console.WriteLine($"the head alone on the same pictures: {alone:0.0000}");
        if (result.HeldOut is { } held)
            Console.WriteLine($"held out: {ResultText.Figures(held)}");
        if (result.Nested is { } nested)
        {
            Console.WriteLine(
                $"nested cross-validation: micro-accuracy {nested.MicroAccuracy:0.0000} "
                + $"({ResultText.Interval(nested.MicroAccuracyInterval)})   "
                + $"macro-accuracy {nested.MacroAccuracy:0.0000}   macro-F1 {nested.MacroF1:0.0000}   "
                + $"log-loss {nested.LogLoss:0.0000}");
        }

        Console.WriteLine($"note: {result.Trust}");
        if (result.Model != null && result.HeldOut is not null)
            Console.WriteLine($"the model itself is trained on {result.TrainImages} pictures");
        if (result.Stopped)
            Console.WriteLine("stopped early; the same command goes on");
        if (result.Skipped > 0)
            Console.WriteLine($"{result.Skipped} pictures were skipped; each is named above");
        ResultText.PrintConflicts(result);
        var s = result.Seconds;
        Console.WriteLine(
            $"seconds: load {s.Load:0.0}, features {ResultText.Seconds(result, s.Features)}, search {s.Search:0.0}, "
            + $"train {s.Train:0.0}, nested {s.Nested:0.0}, total {s.Total:0.0}");
        if (result.Model != null)
            Console.WriteLine($"model: {result.Model}");
        Console.WriteLine($"study: {result.Study}");
    }

    private static void PrintBest(SearchResult result)
    {
        double sign = result.Metric == HeadMetric.LogLoss ? 1 : -1;
        var table = new Table().Border(TableBorder.Simple).AddColumns(new TableColumn("trial").RightAligned(),
            new TableColumn(PlotText.Of(result.Metric)).RightAligned(), new TableColumn("seconds").RightAligned(),
            new TableColumn("parameters"));
        foreach (var trial in result.Trials.Where(t => t is { State: TrialState.Complete, Value: { } v } && double.IsFinite(v))
            .OrderBy(t => sign * t.Value).ThenBy(t => t.Number).Take(Shown))
        {
            table.AddRow($"{trial.Number}{(trial.Number == result.Best.Number ? " *" : "  ")}", $"{trial.Value:0.0000}",
                $"{trial.Seconds:0.00}",
                Markup.Escape(PlotText.Of(trial.Parameters)));
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 220;
        AnsiConsole.Write(table);
    }
}
