using System.Collections.Concurrent;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>The part of a search that trains layers of networks: its trials, and the training with the best options.</summary>
internal sealed class NetworkSearch
{
    private readonly SearchOptions _options;
    private readonly FineTuningOptions _training;
    private readonly IReadOnlyList<Backbone> _backbones;
    private readonly IReadOnlyList<JobFeatures> _tables;
    private readonly PictureSearchData _pictures;
    private readonly IReadOnlyList<int> _searchable;
    private readonly DataSplit _split;
    private readonly IJobProgress _progress;
    private readonly IReadOnlyList<KeptPictures> _kept;
    private readonly ConcurrentDictionary<JobFeatures, Lazy<LinearHeadWeights>> _heads = [];

    /// <param name="options">The search's options.</param>
    /// <param name="backbones">The networks.</param>
    /// <param name="tables">Their pooled features.</param>
    /// <param name="pictures">The same as data to choose from.</param>
    /// <param name="searchable">The pictures that trials may see.</param>
    /// <param name="progress">Told how trials come along.</param>
    public NetworkSearch(SearchOptions options, IReadOnlyList<Backbone> backbones, IReadOnlyList<JobFeatures> tables,
        PictureSearchData pictures, IReadOnlyList<int> searchable, IJobProgress progress)
    {
        (_options, _training, _backbones, _tables) = (options, options.FineTuning!, backbones, tables);
        (_pictures, _searchable, _progress) = (pictures, searchable, progress);

        // Trials show pictures in other ways: they are kept as they are.
        var room = KeptPictures.RoomFor(_training) / backbones.Count;
        _kept = [.. backbones.Select(b => new KeptPictures(b.Preprocessing, options.Run.Decode, prepares: false, room))];
        _split = pictures.GivenSplit
            ?? HeadObjective.Splits(pictures.Subset(searchable), 0, options.Search.TestFraction, options.Seed)[0];
    }

    /// <summary>Refuses what there is not where layers are trained.</summary>
    /// <exception cref="JobException">The options ask for it.</exception>
    public static void Check(SearchOptions options)
    {
        var training = options.FineTuning!;
        foreach (var backbone in options.Backbones)
        {
            TrainingJob.CheckFineTuning(new TrainingOptions
            {
                Backbone = backbone,
                FineTuning = training,
                Head = options.Search.Head,
                Run = options.Run,
            });
        }

        var there = options switch
        {
            { Choices: { } choices } when choices is not
            {
                Features: ["pooled"], TrainingViews: [Augmentations.None],
                TestViews: [Augmentations.None]
            } => "choice of features or views",
            { OuterFolds: > 0 } => "nested cross-validation",
            { Search.Metric: HeadMetric.MacroAccuracy or HeadMetric.MacroF1 } =>
                $"search by {options.Search.Metric}, but by MicroAccuracy and LogLoss",
            { FineTuning.FindLearningRate: true } => "range test (the search finds the learning rate)",
            { FineTuning.Patience: not null } => "patience (a pruner ends trials early)",
            { FineTuning.Teacher: not null } => "teacher (it may know the pictures that trials are measured on)",
            _ => null,
        };
        if (there is not null)
            throw new JobException($"Where a search trains layers of the network, there is no {there}; leave that out.");
    }

    /// <summary>Searches.</summary>
    public HeadExperimentResult Search(HeadExperiment experiment, HeadExperimentOptions options, CancellationToken cancellation)
    {
        var objective = new NetworkObjective(options, _training, point => TaskAt(point, cancellation), _pictures.HeadPart,
            _progress);
        return experiment.Execute(objective, _pictures.Choices.Then(options.Space ?? NetworkSpace.Create(_training)), null,
            cancellation);
    }

    /// <summary>What the head alone reaches on the pictures that judge the trials.</summary>
    public double HeadAlone(PictureSelection selection)
    {
        var table = TableOf(selection);
        var tested = table.Test(selection, table.Fit(selection, HeadOptions(default), Of(_split.Train)), Of(_split.Test), []);
        return _options.Search.Metric == HeadMetric.LogLoss ? tested.LogLoss : tested.MicroAccuracy;
    }

    /// <summary>Trains with a point's options on all of some pictures; the last epoch is kept, as in the trials.</summary>
    /// <param name="point">The point.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="name">The checkpoint's name.</param>
    public SearchedModel Fit(Parameter point, IReadOnlyList<int> pictures, string name)
    {
        var selection = _pictures.SelectionOf(point);
        var table = TableOf(selection);
        var training = NetworkSpace.OptionsOf(_pictures.HeadPart(point), _training) with { ValidationFraction = 0 };
        var tuned = new FineTuner(training, _options.Seed, _options.Run.Threads, _progress, default).Run(
            TaskOf(table, HeadOptions(default), pictures, name));
        return new SearchedModel(selection with { Bank = new FeatureBank(tuned.Backbone, Augmentations.None, []) },
            table.HeadOf(tuned.Head), tuned.Epochs);
    }

    private FineTuningTask TaskAt(Parameter point, CancellationToken cancellation)
    {
        var selection = _pictures.SelectionOf(point);
        var table = TableOf(selection);
        var task = TaskOf(table, HeadOptions(cancellation), _searchable, "trial");

        // All trials of a network begin with the same head.
        var head = _heads.GetOrAdd(table, _ => new Lazy<LinearHeadWeights>(() => task.FitHead(_split.Train)));
        return task with { Held = _split.Test, FitHead = _ => head.Value };
    }

    private LinearHeadOptions HeadOptions(CancellationToken cancellation) => _options.Search.Head with
    {
        Seed = _options.Seed,
        Threads = _options.Run.Threads,
        Cancellation = cancellation,
    };

    private JobFeatures TableOf(PictureSelection selection) => _tables.First(t => t.Bank == selection.Bank);

    private FineTuningTask TaskOf(JobFeatures table, LinearHeadOptions head, IReadOnlyList<int> pictures, string name)
    {
        var network = _tables.Index().First(t => t.Item == table).Index;
        return TrainingJob.TaskOf(_backbones[network], table, _kept[network], head, pictures, name);
    }

    private int[] Of(IReadOnlyList<int> places) => [.. places.Select(place => _searchable[place])];
}

/// <summary>What a search trains in the end.</summary>
/// <param name="Selection">The network and its features.</param>
/// <param name="Head">The head on them.</param>
/// <param name="Epochs">What each epoch gave; null where the head is trained alone.</param>
internal sealed record SearchedModel(PictureSelection Selection, TransformerChain<LinearHeadTransformer> Head,
    IReadOnlyList<EpochResult>? Epochs);
