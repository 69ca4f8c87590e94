using System.CommandLine;
using System.Globalization;
using MlPipeline.Cli.Help;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Cli.Results;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Cli.Commands;

/// <summary>Follows the training recipe on a data set and says at each step what it saw.</summary>
internal static class RecipeCommand
{
    // What the recipe itself writes is not what the next command writes.
    private static readonly string[] s_own = ["--report", "--force"];

    public static Command Create()
    {
        var rates = new Option<double[]>("--learning-rates")
        {
            Description =
                "The learning rates to try; a single one is taken as given and not refined. Default: 0.1 0.01 0.001 0.0001; with "
                + "--train-layers the learning rate, five times and a fifth of it.",
            AllowMultipleArgumentsPerToken = true,
        };
        var hidden = new Option<int>("--hidden-units") { Description = "Units of a hidden layer; 0 for a linear head." };
        var deviation = new Option<double?>("--initial-deviation")
        {
            Description = "Standard deviation of the first weights. Default: one that suits the number of inputs.",
        };
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("recipe",
            "Follow the training recipe step by step, on a head or on the layers that are to be trained: what each step saw, "
            + "what is wrong, and which way to transfer.")
        {
            rates, hidden, deviation, noCache,
        };
        var report = new Option<string?>("--report")
        {
            Description = "Folder, or .html file, for a report: steps, learning curves, ways to train, data set.",
        };
        command.Options.Add(report);
        var outputs = new OutputFiles(command);
        var data = new DataArguments(command);
        var network = new BackboneArguments(command);
        var tuning = new FineTuningArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var training = tuning.Options(parsed);
            if (training is not null && parsed.GetValue(hidden) > 0)
                throw new UsageException("--hidden-units is for a head on features; leave it out with --train-layers.");
            var options = Options(training, parsed.GetValue(rates) ?? [], parsed.GetValue(hidden), parsed.GetValue(deviation),
                context);
            var (path, place) = (data.PathOf(parsed), parsed.GetValue(report));
            outputs.Check(parsed,
                [("--report", place is null ? null : HtmlReport.PlaceIn(place, RecipeReport.FileName))], [path]);
            var pictures = data.Open(parsed, context);
            var backbone = network.Resolve(parsed, context, pictures);
            var job = new RecipeJob(new RecipeJobOptions
            {
                Backbone = backbone,
                FineTuning = training,
                Recipe = options,
                UseCache = !parsed.GetValue(noCache),
                Seed = context.Seed,
                Run = network.RunOptions(parsed, context) with { BadImages = data.BadImages(parsed) },
            });
            var result = job.Run(pictures, context.Progress, context.Cancellation);
            var next = NextArguments(command, parsed, path, result.Advice);
            var output = new RecipeOutput(result, ShellCommand.Of(next), next);
            context.Write(output, Print, place is null ? null
                : RecipeReport.Write(place, $"Recipe on {path}", output, backbone, pictures, context));
            return CommandLine.Good;
        });
        return command;
    }

    /// <summary>The command that follows the advice, with all that the command line said of the data and the network.</summary>
    private static IReadOnlyList<string> NextArguments(Command command, ParseResult parsed, string data, RecipeAdvice advice)
    {
        var (advised, usual) = (advice.Advised, advice.Measured[0]);
        var isTraining = advised.Trainer is not null || !Directory.Exists(data);
        var next = isTraining ? TrainCommand.Create() : ClassifyCommand.Create();
        List<string> words = [next.Name, Word(data)];
        if (isTraining)
            words.AddRange(["--out", NewModel(data)]);
        var hasOwnFeatures = advised.Trainer is not null && advised.FeaturesFrom != usual.FeaturesFrom;
        if (hasOwnFeatures)
            words.AddRange(["--features-from", advised.FeaturesFrom]);
        if (isTraining && advised.Trainer is { } solver && solver != usual.Trainer)
            words.AddRange(["--trainer", solver.ToString().ToLowerInvariant()]);
        if (isTraining && advised.Layers is { } layers)
            words.AddRange([FineTuningArguments.Layers, layers]);
        if (isTraining && advised.LearningRate is { } rate)
            words.AddRange([FineTuningArguments.Rate, rate.ToString(CultureInfo.InvariantCulture)]);
        IEnumerable<Option> shared = [SharedOptions.Seed, SharedOptions.Threads];
        foreach (var option in command.Options.Concat(shared))
        {
            if (parsed.GetResult(option) is not { Implicit: false } given
                || s_own.Contains(option.Name)
                || !next.Options.Concat(shared).Any(o => o.Name == option.Name)
                || (HelpGroup.Of(option) == HelpGroup.Layers
                    && (advised.Layers is null || option.Name == FineTuningArguments.Layers
                    || (advised.LearningRate is not null && option.Name == FineTuningArguments.Rate)))
                || (hasOwnFeatures && option.Name == "--features-from"))
            {
                continue;
            }

            string[] values = [.. given.Tokens.Select(t => t.Value)];
            words.AddRange(values is [['-', ..] negative] ? [$"{option.Name}={negative}"] : [option.Name, .. values]);
        }

        return words;
    }

    // What begins with a hyphen would be taken for an option.
    private static string Word(string path) => path.StartsWith('-') ? Path.Combine(".", path) : path;

    // Named after the data, and not there yet: a model that is there is not replaced.
    private static string NewModel(string data)
    {
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data));
        var name = Directory.Exists(whole) ? Path.GetFileName(whole) : Path.GetFileNameWithoutExtension(whole);
        name = name.Length == 0 ? "model" : name;
        var model = $"{name}.zip";
        for (var number = 2; Path.Exists(model); number++)
            model = $"{name}-{number}.zip";
        return Word(model);
    }

    private static RecipeOptions Options(FineTuningOptions? training, double[] rates, int hidden, double? deviation,
        CommandContext context)
    {
        if (rates.Any(rate => !(double.IsFinite(rate) && rate > 0)))
            throw new UsageException("--learning-rates must all be above 0.");
        if (hidden < 0)
            throw new UsageException($"--hidden-units must be at least 0, not {hidden}.");
        if (deviation is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new UsageException($"--initial-deviation must be at least 0, not {given}.");
        var options = (training is null ? new RecipeOptions() : RecipeOptions.For(training)) with
        {
            InitialDeviation = deviation,
            Seed = context.Seed,
            Threads = context.Threads,
            HiddenUnits = hidden,
        };
        return rates.Length > 0 ? options with { LearningRates = rates } : options;
    }

    private static void Print(RecipeOutput output)
    {
        var result = output.Result;
        var (recipe, setting) = (result.Recipe, result.Recipe.Setting);
        Console.WriteLine($"{result.Images} pictures of {result.Classes.Count} classes, "
            + (result.TrainedLayers is { } layers ? $"{layers} of {result.Backbone}, steps on {result.StepImages} pictures"
                : $"features of {result.Backbone}"));
        foreach (var step in recipe.Steps)
        {
            Console.WriteLine();
            Console.WriteLine($"{step.Number}. {step.Name}: {PlotText.Words(step.Verdict)}");
            Console.WriteLine($"   {step.Advice}");
            Console.WriteLine(
                $"   [{string.Join(", ", step.Numbers.Select(n => $"{PlotText.Words(n.Key)} {n.Value:0.######}"))}]");
        }

        Console.WriteLine();
        Console.WriteLine($"Diagnosis: {PlotText.Words(recipe.Diagnosis)}");
        Console.WriteLine(
            $"Setting of the steps, for the diagnosis: rate {setting.LearningRate:0.########}, weight "
            + $"decay {setting.WeightDecay:0.########}, {setting.Epochs} epochs"
            + (setting.DecayAt is { } at ? $", a tenth of the rate after {at:P0} of them" : "")
            + $"; held-out accuracy {recipe.ValidationAccuracy:P1} ({ResultText.Interval(recipe.ValidationInterval)})");
        Console.WriteLine($"Way to transfer: {PlotText.Words(recipe.Transfer.Way)}");
        Console.WriteLine($"   {recipe.Transfer.Reason}");
        if (result.Skipped > 0)
            Console.WriteLine($"{result.Skipped} pictures were skipped; each is named above");
        ResultText.PrintConflicts(result);
        Console.WriteLine($"seconds: features {ResultText.Seconds(result, result.FeatureSeconds)}, "
            + $"recipe {result.Seconds - result.FeatureSeconds:0.0}");
        Console.WriteLine();
        foreach (var way in result.Advice.Measured)
        {
            var mark = way == result.Advice.Advised ? "*" : " ";
            Console.WriteLine($"{mark} {way.Name}: micro-accuracy {way.MicroAccuracy:0.0000} "
                + $"({ResultText.Interval(way.MicroAccuracyInterval)})");
        }

        Console.WriteLine($"Run next, {result.Advice.Advised.Name}:");
        Console.WriteLine(output.Command);
    }
}
