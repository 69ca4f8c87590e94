using System.CommandLine;
using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Backbones;
using Spectre.Console;

namespace MlPipeline.Cli.Commands;

/// <summary>Lists, downloads, registers and checks backbones.</summary>
internal static class BackbonesCommand
{
    public static Command Create() =>
        new("backbones", "List, download, register and check backbones.")
        {
            CreateList(), PullCommand.Create(), CreateAdd(), CreateVerify(), CreateRemove(),
        };

    private static Command CreateList()
    {
        var command = new Command("list", "List the backbones that are here, and those that can be pulled.");
        CommandContext.Bind(command, (_, context) =>
        {
            var result = new { Home = BackboneCatalog.Home, Backbones = BackboneCatalog.List() };
            context.Write(result, r =>
            {
                var table = new Table().Border(TableBorder.Simple)
                    .AddColumns("name", "kind", "bytes", "top-1 %", "licence", "file");
                foreach (var entry in r.Backbones)
                {
                    table.AddRow(Markup.Escape(entry.Name), entry.Kind.ToString().ToLowerInvariant(), entry.Bytes > 0
                        ? $"{entry.Bytes:N0}" : "", $"{entry.Top1:0.0}", Markup.Escape(entry.Options.Licence ?? ""),
                        Markup.Escape(entry.Path ?? ""));
                }

                if (Console.IsOutputRedirected)
                    AnsiConsole.Profile.Width = 180;
                AnsiConsole.Write(table);
                Console.WriteLine("known: can be pulled, and is recognised by its checksum when its file is given; all others: "
                    + "usable by name. top-1: published, on ImageNet.");
            });
            return CommandLine.Good;
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var file = new Argument<string>("file") { Description = "An ONNX file." };
        var name = new Option<string?>("--name") { Description = "The name to use; default the file's." };
        var labels = new Option<string?>("--labels")
        {
            Description = "TSV file of class names (name; or index, name; or index, identifier, name).",
        };
        var licence = new Option<string?>("--licence") { Description = "Licence of the weights, kept with the entry." };
        var data = new Option<string?>("--data")
        {
            Description = "Pictures (a folder, a folder for each class, or a manifest) by which an unknown preprocessing is "
                + "chosen; without them it is chosen when the network is used.",
        };
        var (preprocess, outputs) = (BackboneArguments.PreprocessOption(), BackboneArguments.OutputsOption());
        var size = new Option<int?>("--input-size") { Description = "Height and width, for a network that takes any size." };
        var resize = BackboneArguments.ResizeOption();
        var scale = new Option<double?>("--scale") { Description = "What pixels of 0 to 255 are multiplied by first." };
        var mean = Colours("--mean", "What is taken off then: one number, or three for red, green, blue.");
        var deviation = Colours("--standard-deviation", "What is divided by at last: one number, or three for red, green, blue.");
        var map = new Option<string?>("--feature-map") { Description = "The value that is the feature map." };
        var pooled = new Option<string?>("--pooled") { Description = "The value that is the pooled features." };
        var features = new Option<string?>("--features-from") { Description = "What features are taken from by default." };
        var logits = new Option<string?>("--logits") { Description = "The value that is the logits." };
        var command = new Command("add", "Register an ONNX file under a name, with its checksum and what is said of it.")
        {
            file, name, labels, licence, data, preprocess, outputs, size, resize, scale, mean, deviation, map, pooled, features,
            logits,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var path = parsed.GetRequiredValue(file);
            var labelPath = parsed.GetValue(labels);
            var options = new BackboneOptions
            {
                Name = parsed.GetValue(name),
                Licence = parsed.GetValue(licence),
                ClassNames = labelPath == null ? null : LabelFile.Read(labelPath).Names,
                Outputs = parsed.GetValue(outputs),
                FeatureMap = parsed.GetValue(map),
                Pooled = parsed.GetValue(pooled),
                FeaturesFrom = parsed.GetValue(features),
                Logits = parsed.GetValue(logits),
            };
            if (!File.Exists(path))
                throw new BackboneException($"{path}: there is no such ONNX file.");
            var (named, recipe) = (parsed.GetValue(preprocess), BackboneArguments.Recipe(parsed.GetValue(preprocess)));
            var backbone = BackboneCatalog.Resolve(path, options);
            var wanted = BackboneArguments.Resized(backbone.Preprocessing, parsed.GetValue(size), parsed.GetValue(resize));
            wanted = wanted.WithNormalizationOf(recipe ?? wanted);
            wanted = wanted with
            {
                Scale = (float?)parsed.GetValue(scale) ?? wanted.Scale,
                Mean = ColoursOf(parsed, mean) ?? wanted.Mean,
                StandardDeviation = ColoursOf(parsed, deviation) ?? wanted.StandardDeviation,
            };
            var isSaid = recipe is not null || wanted.WithNormalizationOf(backbone.Preprocessing) != wanted;
            var isOpen = !isSaid && (named is not null || backbone.PreprocessingIsGuessed);
            if (isSaid || wanted != backbone.Preprocessing)
                options = options with { Preprocessing = wanted };
            if (isOpen && parsed.GetValue(data) is { } pictures)
            {
                var chosen = BackboneArguments.Choose(context, BackboneCatalog.Resolve(path, options), Pictures(pictures),
                    new BackboneRunOptions { Threads = context.Threads, BadImages = BadImagePolicy.Skip });
                options = options with
                {
                    Preprocessing = chosen.Preprocessing,
                    PreprocessingEvidence = chosen.PreprocessingEvidence,
                };
            }
            else if (isOpen)
            {
                context.Progress.Note("note: nothing is known of the network's preprocessing: it is chosen anew by the "
                    + "pictures of each command; say it with --preprocess, or choose it once by pictures with --data");
                if (options.Preprocessing is not null)
                    throw new UsageException("--input-size and --resize need --preprocess or --data, which say the rest.");
            }

            var entry = BackboneCatalog.Add(path, options);
            context.Write(entry, e => Console.WriteLine($"registered '{e.Name}': {e.Path}, SHA-256 {e.Sha256}"));
            return CommandLine.Good;
        });
        return command;
    }

    private static Command CreateRemove()
    {
        var name = new Argument<string>("name") { Description = "A backbone that was registered or pulled." };
        var command = new Command("remove",
            "Delete the file of a backbone that was pulled, or forget one that was registered, whose file stays.") { name };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var gone = parsed.GetRequiredValue(name);
            var entry = BackboneCatalog.List().FirstOrDefault(e => e.Name == gone
                && e.Kind is BackboneKind.Registered or BackboneKind.Pulled);
            if (entry is null || !BackboneCatalog.Remove(gone))
            {
                throw new BackboneException(
                    $"There is no backbone '{gone}' that was registered or pulled; 'backbones list' names those that were.");
            }

            context.Write(new { entry.Name, entry.Kind, entry.Path }, e => Console.WriteLine(e.Kind == BackboneKind.Pulled
                ? $"deleted '{e.Name}': {e.Path}"
                : $"forgot '{e.Name}'; its file stays: {e.Path}"));
            return CommandLine.Good;
        });
        return command;
    }

    private static Option<double[]> Colours(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static ChannelValues? ColoursOf(ParseResult parsed, Option<double[]> option) => parsed.GetValue(option) switch
    {
        null or [] => null,
        [var all] => ChannelValues.All((float)all),
        [var red, var green, var blue] => new ChannelValues((float)red, (float)green, (float)blue),
        var values => throw new UsageException($"{option.Name} takes one number or three, not {values.Length}."),
    };

    // With labels where there are any; a flat folder of pictures has none.
    private static ImageDataSet Pictures(string path)
    {
        if (!Directory.Exists(path) || Directory.EnumerateDirectories(path).Any())
            return DataSource.Open(path);
        return new ImageDataSet(path, [.. ImagePaths.Expand([path]).Select(p => new ImageRecord(Path.GetFullPath(p), ""))]);
    }

    private static Command CreateVerify()
    {
        var name = new Argument<string?>("name") { Description = "The backbone; default all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify",
            "Check the files of backbones that were registered or pulled against their checksums.") { name };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var checks = BackboneCatalog.Verify(parsed.GetValue(name));
            string[] bad = [.. checks.Where(c => !c.IsGood).Select(c => c.Name)];
            var error = bad.Length == 0 ? null
                : new CommandError($"not as they were registered: {string.Join(", ", bad)}", CommandLine.Failed);
            context.Write(new { Backbones = checks, Error = error }, r =>
            {
                foreach (var check in r.Backbones)
                    Console.WriteLine($"{check.Name}: {(check.IsGood ? "good" : check.Problem)}");
            });
            return error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }
}
