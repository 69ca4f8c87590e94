using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Commands;

/// <summary>Searches for the features and options of the head that do best, or for the best way to train layers of the network,
/// and saves the best model.</summary>
internal static class TuneCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--out", "-o")
        {
            Description = "The model file to write; without it only the search is kept, in the file of --study.",
        };
        var study = new Option<string?>("--study")
        {
            Description =
                "What remembers the trials, so that the same command goes on where it was stopped: an SQLite file, or "
                + "postgresql://user@host/database?search_path=NAME for machines that search together. Default: MODEL.study.db.",
        };
        var sampler = new Option<string>("--sampler")
        {
            Description = $"What chooses the trials: {string.Join(", ", SamplerCatalog.Names)}.",
            DefaultValueFactory = _ => "tpe",
        };
        var pruner = new Option<string>("--pruner")
        {
            Description = $"What ends trials early: {string.Join(", ", PrunerCatalog.Names)}.",
            DefaultValueFactory = _ => "none",
        };
        var trials = new Option<int?>("--trials")
        {
            Description = "Trials in all, earlier runs included. Default 50, with --train-layers 20, or without limit when "
                + "--time or --target is given.",
        };
        var time = new Option<double?>("--time") { Description = "Seconds of a search, after which no further trial begins." };
        var target = new Option<double?>("--target") { Description = "A value that is good enough." };
        var metric = new Option<HeadMetric>("--metric")
        {
            Description = "What is made best: microAccuracy, macroAccuracy, macroF1, logLoss; with --train-layers the first or "
                + "the last.",
            DefaultValueFactory = _ => HeadMetric.MicroAccuracy,
        };
        var folds = new Option<int>("--folds")
        {
            Description = "Folds of the cross-validation in each trial; 0, and always with --train-layers: --test-fraction is "
                + "held out instead.",
            DefaultValueFactory = _ => 5,
        };
        var testFraction = new Option<double>("--test-fraction")
        {
            Description = "The share of each class that is held out when --folds is 0.",
            DefaultValueFactory = _ => 0.2,
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "How often the cross-validation is repeated with other folds, for values with less chance in them.",
            DefaultValueFactory = _ => 1,
        };
        var errors = new Option<double>("--standard-errors")
        {
            Description =
                "How many standard errors the best trial must be above the first, the defaults, to be taken before it; for "
                + "few pictures 1 or 2, as the best of many trials is best by chance too.",
            DefaultValueFactory = _ => 0,
        };
        var parallel = new Option<int>("--parallel")
        {
            Description = "Trials at a time; the trials are the same.",
            DefaultValueFactory = _ => 1,
        };
        var nested = new Option<bool>("--nested")
        {
            Description =
                "Also estimate how well the searched head does on pictures that no search has seen: a search in each of as "
                + "many outer folds.",
        };
        var holdOut = new Option<double?>("--hold-out")
        {
            Description =
                "The share of each class that is set aside before the search, to test the best trial in the end on pictures that "
                + "no trial saw; 0 for none. Default 0.2; none with --nested, or where a class has too few pictures.",
        };
        var report = new Option<string?>("--report")
        {
            Description = "Folder, or .html file, for a report of the search and of the best model.",
        };
        var command = new Command("tune",
            "Search for the best features and options of the head, on features that are computed once, or for the best options "
            + "of training layers of the network; train and save the best.")
        {
            output, study, sampler, pruner, trials, time, target, metric, folds, repeats, testFraction, errors, parallel,
                nested, holdOut, report,
        };
        var data = new DataArguments(command, takesTest: true);
        var network = new BackboneArguments(command, several: true, choosesFeatures: true,
            $" Default: auto for up to {PictureChoices.MostForAuto} pictures, with --resize crop stretch; for up "
            + $"to {PictureChoices.MostForWhole} with --test-views whole, at a larger --input-size too; else pooled.");
        var outputs = new OutputFiles(command);
        var views = new ViewArguments(command, several: true);
        var tuning = new FineTuningArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            if (parsed.GetValue(holdOut) is { } share and not (>= 0 and < 1))
                throw new UsageException($"--hold-out must be at least 0 and below 1, not {share}.");
            var training = tuning.Options(parsed);
            if (training is not null)
                CheckLayers(parsed, [folds, repeats, nested], views, network, training);
            var foldCount = training is null ? parsed.GetValue(folds) : 0;
            var path = parsed.GetValue(output);
            var otherLimit = parsed.GetValue(time) != null || parsed.GetValue(target) != null;
            HeadExperimentOptions options;
            try
            {
                options = new HeadExperimentOptions
                {
                    Sampler = SamplerCatalog.ByName(parsed.GetRequiredValue(sampler)),
                    Pruner = training is null ? HeadExperiment.Pruner(parsed.GetRequiredValue(pruner), foldCount)
                        : NetworkSpace.Pruner(parsed.GetRequiredValue(pruner), training.Epochs),
                    Space = training is null ? null : SpaceOf(training, tuning.Given(parsed)),
                    Metric = parsed.GetValue(metric),
                    Folds = foldCount,
                    Repeats = Positive<int>("--repeats", parsed.GetValue(repeats))!.Value,
                    TestFraction = parsed.GetValue(testFraction),
                    StandardErrors = parsed.GetValue(errors),
                    Budget = new StudyBudget
                    {
                        Trials = Positive("--trials", parsed.GetValue(trials))
                            ?? (otherLimit ? int.MaxValue : training is null ? 50 : 20),
                        Time = Positive("--time", parsed.GetValue(time)) is { } seconds
                            ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue,
                        Target = parsed.GetValue(target),
                    },
                    StudyPath = parsed.GetValue(study)
                        ?? (path != null ? $"{path}.study.db"
                            : throw new UsageException(
                                "give --out MODEL for the best model, --study FILE for the trials, or both")),
                    Parallel = Positive<int>("--parallel", parsed.GetValue(parallel))!.Value,
                };
            }
            catch (ArgumentException error)
            {
                throw new UsageException(Misuse.Explain(parsed, error));
            }

            // A study that is there goes on, and the model and the report that it made before are its own.
            outputs.Check(parsed,
                [
                    ("--study", StudyPlace.IsServer(options.StudyPath!) ? null : options.StudyPath),
                    ("--out", path),
                    ("--report", parsed.GetValue(report) is { } place ? HtmlReport.PlaceIn(place, SearchReport.FileName) : null),
                ],
                [data.PathOf(parsed)], replaces: StudyPlace.Exists(options.StudyPath!));
            var set = data.Open(parsed, context);
            var usual = training is null ? PictureChoices.For(set.Records.Count) : new PictureChoices();
            var features = network.FeatureSets(parsed) is { Count: > 0 } named ? named : usual.Features;
            bool auto = features.Contains(FeatureBank.Auto), few = auto && set.Records.Count <= PictureChoices.MostForWhole;
            var whole = few && views.IsSilent(parsed) && !network.SaysHowToResize(parsed);
            var backbones = network.ResolveAll(parsed, context, set, stretchToo: auto && !whole, largerToo: few);
            var choices = new PictureChoices
            {
                Features = features,
                TrainingViews = views.Training(parsed),
                TestViews = whole ? usual.TestViews : views.Test(parsed),
            };
            var outerFolds = parsed.GetValue(nested) ? Math.Max(foldCount, 2) : 0;
            if (outerFolds == 2 && foldCount == 0)
                outerFolds = 5;
            var job = new SearchJob(new SearchOptions
            {
                Backbones = backbones,
                FineTuning = training,
                Choices = choices,
                Search = options,
                OuterFolds = outerFolds,
                HoldOut = parsed.GetValue(holdOut),
                TrainBest = path is not null,
                Seed = context.Seed,
                Run = network.RunOptions(parsed, context) with { BadImages = data.BadImages(parsed) },
            });
            var result = job.Run(set, context.Progress, context.Cancellation);
            if (path is not null)
                result = result.Save(path);
            var step = training is not null ? "epochs" : foldCount > 0 ? "folds done" : "ninths of the rows";
            context.Write(result, SearchText.Print, parsed.GetValue(report) is { } folder
                ? Report(folder, $"Search on {data.PathOf(parsed)}", step, result, set, context)
                : null);
            return CommandLine.Good;
        });
        return command;
    }

    // What is called wrongly is told before any picture is looked at.
    private static void CheckLayers(ParseResult parsed, Option[] ofHeads, ViewArguments views, BackboneArguments network,
        FineTuningOptions training)
    {
        if (ofHeads.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
        {
            throw new UsageException($"{option.Name} is for a search over heads: a trial that trains layers is judged on one "
                + "part (--test-fraction); leave it out.");
        }

        if (!views.IsSilent(parsed) || network.FeatureSets(parsed) is not ([] or ["pooled"]))
        {
            throw new UsageException("--augment, --test-views and --features-from are for a search over heads; leave them out "
                + "with --train-layers.");
        }

        if (training.FindLearningRate || training.Patience is not null)
        {
            throw new UsageException("--learning-rate auto and --patience are not for a search: it finds the learning rate, and "
                + "--pruner ends trials early.");
        }
    }

    private static SearchSpace SpaceOf(FineTuningOptions training, IEnumerable<string> given)
    {
        var space = NetworkSpace.Create(training);
        foreach (var parameter in given)
            space.Remove(parameter);
        return space;
    }

    private static string Report(string folder, string title, string step, SearchResult result, ImageDataSet data,
        CommandContext context)
    {
        using var model = result.Trained is null ? null
            : ImageClassificationModel.From(result.Trained, new BackboneRunOptions { Threads = context.Threads });
        return SearchReport.Write(folder, title, step, result, model, data, context);
    }

    private static T? Positive<T>(string option, T? value)
        where T : struct, IComparable<T> =>
        value is not { } given || given.CompareTo(default) > 0
            ? value : throw new UsageException($"{option} must be above 0, not {given}.");
}
