using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Commands;

/// <summary>Labels pictures with a pretrained network as it is.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("images")
        {
            Description = ImagePaths.Description,
            Arity = ArgumentArity.OneOrMore,
        };
        var top = new Option<int>("--top", "-k")
        {
            Description = "How many labels to give for each picture.",
            DefaultValueFactory = _ => 5,
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "TSV file of class names (name; or index, name; or index, identifier, name).",
        };
        var command = new Command("classify", "Label pictures with a pretrained network as it is, without training.")
        {
            paths, top, labels,
        };
        var network = new BackboneArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var count = parsed.GetValue(top);
            if (count < 1)
                throw new UsageException($"--top must be at least 1, not {count}.");
            var names = parsed.GetValue(labels) is { } file ? LabelFile.Read(file) : null;
            var backbone = network.Resolve(parsed, context, names?.Names);
            var run = network.RunOptions(parsed, context) with { BadImages = BadImagePolicy.Skip };
            var result = Classify(ImagePaths.Expand(parsed.GetRequiredValue(paths)), backbone, run, count,
                names?.Identifiers, context);
            context.Write(result, PictureTable.Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static PicturesResult Classify(IReadOnlyList<string> paths, Backbone backbone, BackboneRunOptions run, int top,
        IReadOnlyList<string?>? identifiers, CommandContext context)
    {
        var ml = new MLContext(context.Seed);
        var images = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = Path.GetFullPath(p) }));
        var chain = ml.Transforms.ApplyBackbone(backbone, featuresColumnName: null, logitsColumnName: "Logits", options: run)
            .Fit(images);

        Dictionary<string, PictureResult> results = new(StringComparer.Ordinal);
        using (var stage = context.Progress.Begin("classifying", paths.Count))
        {
            foreach (var row in ml.Data.CreateEnumerable<LogitsRow>(chain.Transform(images), reuseRowObject: false))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Softmax(row.Logits);
                results[row.ImagePath] = PictureResult.Of(row.ImagePath, row.Logits, backbone.ClassNames, top, identifiers);
                stage.Report(results.Count);
            }
        }

        foreach (var skipped in chain.SkippedImages)
            results[skipped.Path] = new PictureResult { Path = skipped.Path, Error = skipped.Reason };
        return new PicturesResult([.. paths.Select(p => results[Path.GetFullPath(p)] with { Path = p })]);
    }

    private static void Softmax(float[] values)
    {
        var max = values.Max();
        var sum = values.Sum(v => Math.Exp(v - max));
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Math.Exp(values[i] - max) / sum);
    }

    private sealed class LogitsRow
    {
        public string ImagePath { get; set; } = "";

        [VectorType]
        public float[] Logits { get; set; } = [];
    }
}
