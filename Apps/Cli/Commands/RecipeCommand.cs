using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Cli.Jobs;
using MlPipeline.Cli.Output;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Cli.Commands;

/// <summary>Follows the training recipe on a data set and says at each step what it saw.</summary>
internal static class RecipeCommand
{
    /// <summary>Pictures on which the network's own classifier is asked how sure it is.</summary>
    private const int OwnClassifierPictures = 200;

    public static Command Create()
    {
        var data = new Argument<string>("data")
        {
            Description = "A folder with one sub-folder per class, or a TSV/CSV manifest (path, label).",
        };
        var rates = new Option<double[]>("--learning-rates")
        {
            Description = "The learning rates to try; a single one is taken as given and not refined. Default: 0.1 0.01 0.001 0.0001.",
            AllowMultipleArgumentsPerToken = true,
        };
        var hidden = new Option<int>("--hidden-units") { Description = "Units of a hidden layer; 0 for a linear head." };
        var deviation = new Option<double?>("--initial-deviation")
        {
            Description = "Standard deviation of the first weights. Default: one that suits the number of inputs.",
        };
        var badImages = TrainCommand.BadImagesOption();
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("recipe", "Follow the training recipe step by step: what each step saw, what is wrong, and which way to transfer.")
        {
            data, rates, hidden, deviation, badImages, noCache,
        };
        var network = new BackboneArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var options = Options(parsed.GetValue(rates) ?? [], parsed.GetValue(hidden), parsed.GetValue(deviation), context);
            var backbone = network.Resolve(parsed, context);
            var run = network.RunOptions(parsed, context) with { BadImages = parsed.GetValue(badImages) };
            context.Write(Run(DataSource.Open(parsed.GetRequiredValue(data)), backbone, run, options, !parsed.GetValue(noCache), context), Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static RecipeOptions Options(double[] rates, int hidden, double? deviation, CommandContext context)
    {
        if (rates.Any(rate => !(double.IsFinite(rate) && rate > 0)))
            throw new UsageException("--learning-rates must all be above 0.");

        if (hidden < 0)
            throw new UsageException($"--hidden-units must be at least 0, not {hidden}.");

        if (deviation is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new UsageException($"--initial-deviation must be at least 0, not {given}.");

        RecipeOptions options = new() { InitialDeviation = deviation, Seed = context.Seed, Threads = context.Threads, HiddenUnits = hidden };
        return rates.Length > 0 ? options with { LearningRates = rates } : options;
    }

    private static Result Run(ImageDataSet data, Backbone backbone, BackboneRunOptions run, RecipeOptions options, bool useCache,
        CommandContext context)
    {
        var clock = Stopwatch.StartNew();
        if (data.ClassNames.Count < 2)
            throw new WorkFailedException($"{data.Root}: at least two classes are needed, and there are {data.ClassNames.Count}.");

        var ml = new MLContext(context.Seed);
        var hashes = DuplicateFinder.HashContents(data, context.Threads);
        FeatureTable table = FeatureTable.Compute(data, backbone, run, context, hashes, useCache);
        (var confidence, var accuracy) = AskOwnClassifier(ml, data, backbone, run, context);
        var featureSeconds = clock.Elapsed.TotalSeconds;

        RecipeResult result;
        using (var stage = context.Progress.Begin("recipe", 8, "steps"))
        {
            var recipe = new TrainingRecipe(ToMatrix(data, table, hashes),
                options with { Progress = (step, _) => stage.Report(step - 1) });
            result = recipe.Run(confidence, accuracy, context.Cancellation);
        }

        return new Result
        {
            Backbone = backbone.Name,
            Images = table.Rows.Count,
            Skipped = table.Skipped.Count,
            Classes = data.ClassNames,
            Diagnosis = result.Diagnosis,
            Steps = result.Steps,
            LearningRate = result.Setting.LearningRate,
            WeightDecay = result.Setting.WeightDecay,
            Epochs = result.Setting.Epochs,
            DecayAt = result.Setting.DecayAt,
            ValidationAccuracy = result.ValidationAccuracy,
            Curves = result.Curves,
            Transfer = result.Transfer,
            FeatureSeconds = featureSeconds,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    // The same picture twice stays on one side of every split.
    private static FeatureMatrix ToMatrix(ImageDataSet data, FeatureTable table, IReadOnlyList<string?> hashes)
    {
        Dictionary<string, int> classOf = data.ClassNames.Select((name, index) => (name, index)).ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);
        if (table.Rows.Count == 0)
            throw new WorkFailedException($"{data.Root}: no picture can be read.");

        return new FeatureMatrix([.. table.Rows.SelectMany(row => row.Features)], table.Rows[0].Features.Length,
            [.. table.Rows.Select(row => classOf[row.Label])], data.ClassNames, groups: [.. table.Groups(hashes)]);
    }

    /// <summary>How sure the network's own classifier is, and how often right if its class names are those of the data.</summary>
    private static (double? Confidence, double? Accuracy) AskOwnClassifier(MLContext ml, ImageDataSet data, Backbone backbone, BackboneRunOptions run,
        CommandContext context)
    {
        if (backbone.LogitsName is null || backbone.ClassCount < 2)
            return (null, null);

        var count = Math.Min(OwnClassifierPictures, data.Records.Count);
        var images = data.Subset(Enumerable.Range(0, count).Select(i => (int)((long)i * data.Records.Count / count))).ToDataView(ml);
        var chain = ml.Transforms.LoadPictures("Image", null, "ImagePath")
            .Append(ml.Transforms.ApplyBackbone(backbone, "Image", featuresColumnName: null, logitsColumnName: "Logits", options: run))
            .Fit(images);
        var named = data.ClassNames.All(name => backbone.ClassNames.Contains(name, StringComparer.OrdinalIgnoreCase));
        double sure = 0, right = 0;
        var done = 0;
        using var stage = context.Progress.Begin("own classifier", count);
        foreach (var row in ml.Data.CreateEnumerable<LogitsRow>(chain.Transform(images), reuseRowObject: false))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var top = row.Logits.Max();
            sure += 1 / row.Logits.Sum(logit => Math.Exp(logit - top));
            right += string.Equals(backbone.ClassNames[Array.IndexOf(row.Logits, top)], row.Label, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            stage.Report(++done);
        }

        return done == 0 ? (null, null) : (sure / done, named ? right / done : null);
    }

    private static void Print(Result result)
    {
        Console.WriteLine($"{result.Images} pictures of {result.Classes.Count} classes, features of {result.Backbone}");
        foreach (var step in result.Steps)
        {
            Console.WriteLine();
            Console.WriteLine($"{step.Number}. {step.Name}: {Words(step.Verdict)}");
            Console.WriteLine($"   {step.Advice}");
            Console.WriteLine($"   [{string.Join(", ", step.Numbers.Select(n => $"{Words(n.Key)} {n.Value:0.######}"))}]");
        }

        Console.WriteLine();
        Console.WriteLine($"Diagnosis: {Words(result.Diagnosis)}");
        Console.WriteLine($"Setting: rate {result.LearningRate:0.########}, weight decay {result.WeightDecay:0.########}, {result.Epochs} epochs"
            + (result.DecayAt is { } at ? $", a tenth of the rate after {at:P0} of them" : "") + $"; held-out accuracy {result.ValidationAccuracy:P1}");
        Console.WriteLine($"Way to transfer: {Words(result.Transfer.Way)}");
        Console.WriteLine($"   {result.Transfer.Reason}");
        if (result.Skipped > 0)
            Console.WriteLine($"{result.Skipped} pictures were skipped; each is named above");

        Console.WriteLine($"seconds: features {result.FeatureSeconds:0.0}, recipe {result.Seconds - result.FeatureSeconds:0.0}");
    }

    // "RateTooHigh" and "validationLoss" as words; the numbers in "lossAt0.01" stay together.
    private static string Words<T>(T name)
    {
        var text = $"{name}";
        return string.Concat(text.Select((c, i) => i > 0 && (char.IsUpper(c) || (char.IsDigit(c) && char.IsLetter(text[i - 1])))
            ? $" {char.ToLowerInvariant(c)}"
            : $"{char.ToLowerInvariant(c)}"));
    }

    private sealed class LogitsRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Logits { get; set; } = [];
    }

    private sealed record Result
    {
        public required string Backbone { get; init; }

        public int Images { get; init; }

        public int Skipped { get; init; }

        public required IReadOnlyList<string> Classes { get; init; }

        public RecipeVerdict Diagnosis { get; init; }

        public required IReadOnlyList<RecipeStep> Steps { get; init; }

        public double LearningRate { get; init; }

        public double WeightDecay { get; init; }

        public int Epochs { get; init; }

        public double? DecayAt { get; init; }

        public double ValidationAccuracy { get; init; }

        public required LearningCurves Curves { get; init; }

        public required TransferAdvice Transfer { get; init; }

        public double FeatureSeconds { get; init; }

        public double Seconds { get; init; }
    }
}
