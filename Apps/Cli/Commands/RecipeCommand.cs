using System.CommandLine;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Cli.Commands;

/// <summary>Follows the training recipe on a data set and says at each step what it saw.</summary>
internal static class RecipeCommand
{
    public static Command Create()
    {
        var data = new Argument<string>("data")
        {
            Description = "A folder with one sub-folder per class, or a TSV/CSV manifest (path, label).",
        };
        var rates = new Option<double[]>("--learning-rates")
        {
            Description =
                "The learning rates to try; a single one is taken as given and not refined. Default: 0.1 0.01 0.001 0.0001.",
            AllowMultipleArgumentsPerToken = true,
        };
        var hidden = new Option<int>("--hidden-units") { Description = "Units of a hidden layer; 0 for a linear head." };
        var deviation = new Option<double?>("--initial-deviation")
        {
            Description = "Standard deviation of the first weights. Default: one that suits the number of inputs.",
        };
        var badImages = TrainCommand.BadImagesOption();
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("recipe",
            "Follow the training recipe step by step: what each step saw, what is wrong, and which way to transfer.")
        {
            data, rates, hidden, deviation, badImages, noCache,
        };
        var network = new BackboneArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var options = Options(parsed.GetValue(rates) ?? [], parsed.GetValue(hidden), parsed.GetValue(deviation), context);
            var pictures = DataSource.Open(parsed.GetRequiredValue(data));
            var backbone = network.Resolve(parsed, context, pictures);
            var job = new RecipeJob(new RecipeJobOptions
            {
                Backbone = backbone,
                Recipe = options,
                UseCache = !parsed.GetValue(noCache),
                Seed = context.Seed,
                Run = network.RunOptions(parsed, context) with { BadImages = parsed.GetValue(badImages) },
            });
            context.Write(job.Run(pictures, context.Progress, context.Cancellation), Print);
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
        RecipeOptions options =
            new() { InitialDeviation = deviation, Seed = context.Seed, Threads = context.Threads, HiddenUnits = hidden };
        return rates.Length > 0 ? options with { LearningRates = rates } : options;
    }

    private static void Print(RecipeJobResult result)
    {
        var (recipe, setting) = (result.Recipe, result.Recipe.Setting);
        Console.WriteLine($"{result.Images} pictures of {result.Classes.Count} classes, features of {result.Backbone}");
        foreach (var step in recipe.Steps)
        {
            Console.WriteLine();
            Console.WriteLine($"{step.Number}. {step.Name}: {Words(step.Verdict)}");
            Console.WriteLine($"   {step.Advice}");
            Console.WriteLine($"   [{string.Join(", ", step.Numbers.Select(n => $"{Words(n.Key)} {n.Value:0.######}"))}]");
        }

        Console.WriteLine();
        Console.WriteLine($"Diagnosis: {Words(recipe.Diagnosis)}");
        Console.WriteLine(
            $"Setting: rate {setting.LearningRate:0.########}, weight "
            + $"decay {setting.WeightDecay:0.########}, {setting.Epochs} epochs"
            + (setting.DecayAt is { } at ? $", a tenth of the rate after {at:P0} of them" : "")
            + $"; held-out accuracy {recipe.ValidationAccuracy:P1}");
        Console.WriteLine($"Way to transfer: {Words(recipe.Transfer.Way)}");
        Console.WriteLine($"   {recipe.Transfer.Reason}");
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
}
