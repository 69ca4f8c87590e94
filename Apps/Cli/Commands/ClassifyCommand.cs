using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Cli.Commands;

/// <summary>Labels pictures with a pretrained network as it is.</summary>
internal static class ClassifyCommand
{
    /// <summary>The probability from which a class that stands for itself is an answer.</summary>
    private const double LeastOfItself = 0.5;

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
            var images = ImagePaths.Expand(parsed.GetRequiredValue(paths));
            var pictures = new ImageDataSet(Environment.CurrentDirectory,
                [.. images.Select(p => new ImageRecord(Path.GetFullPath(p), ""))]);
            var backbone = network.Resolve(parsed, context, pictures, names?.Names);
            RequireClassifier(backbone);
            var run = network.RunOptions(parsed, context) with { BadImages = BadImagePolicy.Skip };
            var result = Classify(images, backbone, run, count, names?.Identifiers ?? backbone.ClassIdentifiers, context);
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
                var picture = PictureResult.Of(row.ImagePath, Probabilities(backbone, row.Logits), backbone.ClassNames, top,
                    identifiers);
                results[row.ImagePath] = backbone.OutputKind == NetworkOutputs.Sigmoid && picture.Score < LeastOfItself
                    ? picture with { Label = null, Score = null } : picture;
                stage.Report(results.Count);
            }
        }

        foreach (var skipped in chain.SkippedImages)
            results[skipped.Path] = new PictureResult { Path = skipped.Path, Error = skipped.Reason };
        return new PicturesResult([.. paths.Select(p => results[Path.GetFullPath(p)] with { Path = p })])
        {
            Outputs = backbone.OutputKind,
            PreprocessingEvidence = backbone.PreprocessingEvidence,
        };
    }

    private static void RequireClassifier(Backbone backbone)
    {
        if (backbone.OutputKind == NetworkOutputs.None)
        {
            throw new BackboneException($"The network '{backbone.Name}' has no classifier: its {backbone.FeatureCount} outputs "
                + "are features, from which 'train' makes a classifier of your own classes. If they are classes, say which kind "
                + "with --outputs softmax, logits or sigmoid.");
        }

        if (backbone.OutputKind != NetworkOutputs.Sigmoid && backbone.ClassCount == 1)
        {
            throw new BackboneException($"The network '{backbone.Name}' has one output and no sigmoid behind it, so that it is "
                + "no probability. If it is the score of one of two classes, say so with --outputs sigmoid.");
        }
    }

    /// <summary>What the logits mean: of classes that exclude one another, of each by itself, or of two by one.</summary>
    private static float[] Probabilities(Backbone backbone, float[] logits)
    {
        if (backbone.OutputKind != NetworkOutputs.Sigmoid)
            Softmax.Apply(logits);
        else
            logits = Array.ConvertAll(logits, v => (float)(1 / (1 + Math.Exp(-v))));
        if (!logits.All(float.IsFinite))
        {
            throw new BackboneException($"The network '{backbone.Name}' gives no probabilities: some of its outputs are not "
                + $"finite numbers, or negative where probabilities were expected. Check --outputs and --preprocess.");
        }

        return backbone.ClassNames.Count == 2 && logits is [var second] ? [1 - second, second] : logits;
    }

    private sealed class LogitsRow
    {
        public string ImagePath { get; set; } = "";

        [VectorType]
        public float[] Logits { get; set; } = [];
    }
}
