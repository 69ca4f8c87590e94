using MlPipeline.Trainers.Search;
using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>Prints which features were tried and why one set was taken.</summary>
internal static class FeatureProbeText
{
    public static void Print(FeatureProbeResult probe)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("features from");
        foreach (var figure in (string[])["dimension", "accuracy", "log-loss"])
            table.AddColumn(new TableColumn(figure).RightAligned());

        foreach (var candidate in probe.Candidates)
        {
            table.AddRow($"{Markup.Escape(candidate.Features)}{(candidate.Features == probe.Chosen ? " *" : "")}", $"{candidate.Dimension}",
                $"{candidate.Accuracy:0.000} +- {candidate.Deviation:0.000}", $"{candidate.LogLoss:0.000}");
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;

        AnsiConsole.Write(table);
        Console.WriteLine($"features: {probe.Chosen}, because {probe.Reason}");
    }
}
