using System.CommandLine;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Summaries;
using MlPipeline.Pipeline.Backbones;
using Spectre.Console;

namespace MlPipeline.Cli.Commands;

/// <summary>Prints a network layer by layer: shapes, parameters, multiply-adds, receptive fields, memory.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var network = NetworkArgument.Create();
        var size = new Option<int?>("--input-size") { Description = "Height and width of the input, in pixels." };
        var classes = new Option<int?>("--classes") { Description = "Number of classes, for an architecture." };
        var batch = new Option<int>("--batch")
        {
            Description = "Images for which the memory is given.",
            DefaultValueFactory = _ => 1,
        };
        var command = new Command("summary",
            "Print a network's layers: shapes, parameters, multiply-adds, receptive fields, memory.")
        {
            network, size, classes, batch,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var result = Describe(parsed.GetRequiredValue(network), parsed.GetValue(size), parsed.GetValue(classes),
                Math.Max(1, parsed.GetValue(batch)));
            context.Write(result, Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static Result Describe(string name, int? size, int? classes, int batch)
    {
        var architecture = NetworkArgument.FindArchitecture(name);
        NetworkSummary summary;
        IReadOnlyList<BackboneStage> stages = [];
        if (architecture != null)
        {
            var defaults = architecture.Defaults;
            summary = NetworkSummary.Of(architecture.Build(new ArchitectureOptions
            {
                InputSize = size ?? defaults.InputSize,
                Classes = classes ?? defaults.Classes,
                DrawWeights = false,
            }));
        }
        else
        {
            var backbone = NetworkArgument.Resolve(name);
            if (size is { } side && side != backbone.Preprocessing.Width)
            {
                backbone = BackboneCatalog.Resolve(name,
                    new BackboneOptions { Preprocessing = backbone.Preprocessing.WithSize(side) });
            }

            var graph = backbone.Graph;
            summary = NetworkSummary.Of(graph, backbone.Preprocessing.Width);
            stages = backbone.Stages;
        }

        return new Result(architecture?.Name ?? name, architecture?.Source, architecture?.PublishedParameters,
            architecture?.PublishedBy,
            architecture?.TorchvisionParameters, summary.InputShape, summary.Layers, summary.Parameters, summary.MultiplyAdds,
            summary.ParameterBytes, summary.ActivationBytesPerImage, batch, summary.BytesFor(batch), stages);
    }

    private static void Print(Result result)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var left in (string[])["layer", "kind", "kernel / stride / pad", "output"])
            table.AddColumn(left);
        foreach (var right in (string[])["parameters", "multiply-adds", "share", "sees"])
            table.AddColumn(new TableColumn(right).RightAligned());
        foreach (var layer in result.Layers)
        {
            table.AddRow(Markup.Escape(layer.Name), layer.Kind, Window(layer), string.Join(" x ", layer.OutputShape.Skip(1)),
                layer.Parameters == 0 ? "" : $"{layer.Parameters:N0}", layer.MultiplyAdds == 0 ? "" : $"{layer.MultiplyAdds:N0}",
                layer.MultiplyAdds == 0 ? "" : $"{layer.Share:P1}", layer.ReceptiveField == null
                    ? "all" : string.Join(" x ", layer.ReceptiveField));
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;
        AnsiConsole.Write(table);
        Console.WriteLine(
            $"{result.Network}, input {string.Join(" x ", result.InputShape.Skip(1))}: "
            + $"{result.Parameters:N0} parameters, {result.MultiplyAdds:N0} multiply-adds an image");
        foreach (var stage in result.Stages)
        {
            Console.WriteLine(
                $"{stage.Name}: {stage.Shape.Channels} x {stage.Shape.Height} x {stage.Shape.Width}, {stage.Value} (for "
                + $"--features-from)");
        }

        if (result.PublishedParameters is { } published)
        {
            var torchvision = result.TorchvisionParameters is { } other ? $"; torchvision's variant has {other:N0}" : "";
            Console.WriteLine($"published ({result.PublishedBy}): {published:N0} parameters{torchvision}");
        }

        Console.WriteLine(
            $"memory for a batch of {result.Batch}: {result.Bytes / 1e6:N1} MB ({result.ParameterBytes / 1e6:N1} MB of "
            + $"parameters, {result.ActivationBytesPerImage / 1e6:N1} MB of activations an image)");
    }

    private static string Window(LayerSummary layer)
    {
        if (layer.Kernel == null)
            return "";
        int[] pads = [.. layer.Padding!];
        var pad = pads.Distinct().Count() == 1 ? $"{pads[0]}" : string.Join(",", pads);
        return $"{string.Join("x", layer.Kernel)} / {string.Join(",", layer.Stride!.Distinct())} / {pad}";
    }

    private sealed record Result(string Network, string? Source, long? PublishedParameters, string? PublishedBy,
        long? TorchvisionParameters,
        IReadOnlyList<int> InputShape, IReadOnlyList<LayerSummary> Layers, long Parameters, long MultiplyAdds,
        long ParameterBytes,
        long ActivationBytesPerImage, int Batch, long Bytes, IReadOnlyList<BackboneStage> Stages);
}
