using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Results;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using Spectre.Console;

namespace MlPipeline.Cli.Output;

/// <summary>The steps of a network's plan with their times.</summary>
internal static class LayerTable
{
    private const int Runs = 15;

    public static IReadOnlyList<LayerTime> Of(Graph graph, Dictionary<string, Tensor> feed, ManagedRuntime runtime,
        CommandContext context)
    {
        var steps = runtime.Profile(graph, feed, Runs, new SessionOptions { Threads = context.Threads });
        var total = steps.Sum(s => s.Milliseconds);
        return [.. steps.Select(s =>
            new LayerTime(s.Step, s.Layer, s.Operation, s.Algorithm, s.OutputShape, s.Milliseconds, s.Gigaflops,
            total > 0 ? s.Milliseconds / total : 0, s.Bytes))];
    }

    public static void Print(IReadOnlyList<LayerTime> layers)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("step").RightAligned());
        foreach (var left in (string[])["layer", "operation", "algorithm", "output"])
            table.AddColumn(left);
        foreach (var right in (string[])["ms", "GFLOP/s", "share", "MB"])
            table.AddColumn(new TableColumn(right).RightAligned());
        foreach (var layer in layers)
        {
            table.AddRow($"{layer.Step}", Markup.Escape(layer.Layer), Markup.Escape(layer.Operation),
                Markup.Escape(layer.Algorithm),
                string.Join(" x ", layer.OutputShape), $"{layer.Ms:0.000}", layer.Gflops == 0 ? "" : $"{layer.Gflops:0.0}",
                $"{layer.Share:P1}", $"{layer.Bytes / 1e6:0.00}");
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;
        AnsiConsole.Write(table);
    }
}
