using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Models;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>What all jobs that learn take. Immutable; every value is checked when set.</summary>
public abstract record JobOptions
{
    /// <summary>Seed of every random choice: the same seed gives the same bits. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Batch, runtime, policy for bad pictures, and the threads of the whole job, on which results do not depend.
    /// Default:
    /// the managed engine on all cores; a bad picture is an error.</summary>
    public BackboneRunOptions Run { get; init; } = new();

    /// <summary>Whether features of known pictures are taken from the feature cache, and new ones kept there. Default
    /// true.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>The folder of cache files; null (default) for <see cref="CachedFeatureExtractor.DefaultFolder"/>.</summary>
    public string? CacheFolder { get; init; }
}

/// <summary>How <see cref="TrainingJob"/> trains and tests a classifier. Immutable; every value is checked when set.</summary>
public sealed record TrainingOptions : JobOptions
{
    /// <summary>The network whose features are classified.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>What features are taken from, as <see cref="Backbone.WithFeatures"/> takes it; "auto" to choose among
    /// <see cref="FeatureBank.Candidates"/> by cross-validation on the training pictures. Null (default): as the backbone
    /// says.</summary>
    public string? Features { get; init; }

    /// <summary>The share of each class that is held out when there are no folds and the data set has no test set of its own, at
    /// least 0 and below 1. With 0 the model is trained on everything and not tested. Default 0.2.</summary>
    public double TestFraction
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TestFraction), value,
                "The held-out share must be at least 0 and below 1.");
    } = 0.2;

    /// <summary>Folds of a cross-validation, after which the model is trained on everything; 0 (default) for one held-out
    /// part.</summary>
    public int Folds { get; init => field = Check.Folds(value, nameof(Folds)); }

    /// <summary>Views of each picture that are trained on. Default: none, which is the mean over the test views.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>Views of each picture whose scores are averaged when the model is used. Default: none.</summary>
    public Augmentations TestViews { get; init; }

    /// <summary>How the head is trained. The job sets columns, seed, threads and cancellation. Default: L-BFGS, with L2 chosen by
    /// cross-validation.</summary>
    public LinearHeadOptions Head { get; init; } = new();

    /// <summary>How layers of the network are trained on with the head; null (default) to train the head alone. The head stands
    /// on the network's own pooled features then, and is not calibrated.</summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>The manifest's column with a weight for each picture, at least 0; null (default) when pictures count
    /// alike.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>An earlier head on the same features that is started from, its classes matched by name; null (default) to start
    /// from zero.</summary>
    public LinearHeadWeights? WarmStart { get; init; }

    /// <summary>The pictures that the earlier head was trained on (<see cref="ModelCard.TrainingPictures"/>): they have a part in
    /// the new model too. Null (default) when that is not known, or without one.</summary>
    public PictureDigests? WarmStartPictures { get; init; }
}

/// <summary>How <see cref="SearchJob"/> searches. Immutable; every value is checked when set.</summary>
public sealed record SearchOptions : JobOptions
{
    /// <summary>The networks, each at one input size and with one way of resizing; at least one.</summary>
    public required IReadOnlyList<Backbone> Backbones
    {
        get;
        init => field = value is { Count: > 0 }
            ? [.. value] : throw new ArgumentException("A search needs at least one backbone.", nameof(Backbones));
    }

    /// <summary>Features and views to choose from. Null (default): as much as the number of pictures bears
    /// (<see cref="PictureChoices.For"/>).</summary>
    public PictureChoices? Choices { get; init; }

    /// <summary>How layers of the network are trained on with the head, where the search is over that: the options that its
    /// points change (<see cref="NetworkSpace"/>). Each trial is judged on one held-out part (<see
    /// cref="HeadExperimentOptions.TestFraction"/>, no folds) after every epoch, which pruners see; the best model is trained
    /// for as many epochs on all its pictures, none kept to choose an epoch by. Null (default) to search for a head.</summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>Sampler, pruner, metric, folds, budget and study file. The job sets subject, seed, threads and
    /// progress.</summary>
    public HeadExperimentOptions Search { get; init; } = new();

    /// <summary>Outer folds of a nested cross-validation, which estimates the searched head on pictures that no search has seen;
    /// 0 (default) for none.</summary>
    public int OuterFolds { get; init => field = Check.Folds(value, nameof(OuterFolds)); }

    /// <summary>The share of each class that is set aside before the search begins: no trial sees these pictures, and the best
    /// trial's head is tested on them in the end. 0 for none. Null (default): 0.2, but none when outer folds give the estimate,
    /// or when a class would have too few pictures left for the trials.</summary>
    public double? HoldOut
    {
        get;
        init => field = value is null or (>= 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(HoldOut), value, "The share set aside is at least 0 and below 1.");
    }

    /// <summary>Whether the best trial's model is trained on everything. Default true.</summary>
    public bool TrainBest { get; init; } = true;
}

/// <summary>How <see cref="RecipeJob"/> works. Immutable; every value is checked when set.</summary>
public sealed record RecipeJobOptions : JobOptions
{
    /// <summary>The network whose features are trained on.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>The layers that are to be trained, and how: the steps are followed on them, with a new head, on a part of the
    /// pictures. Null (default): on a head on features.</summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>The recipe's own options. The job sets seed, threads and progress. Default: those of a head, or with
    /// <see cref="FineTuning"/> <see cref="RecipeOptions.For"/>.</summary>
    public RecipeOptions Recipe
    {
        get => field ?? (FineTuning is null ? new RecipeOptions() : RecipeOptions.For(FineTuning));
        init;
    }
}

/// <summary>How <see cref="EvaluationJob"/> tests a model. Immutable.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What happens with a picture that cannot be read: an error (default), or it is left out and listed.</summary>
    public BadImagePolicy BadImages { get; init; }

    /// <summary>Whether features of known pictures are taken from the feature cache, and new ones kept there. Default
    /// true.</summary>
    public bool UseCache { get; init; } = true;
}

internal static class Check
{
    public static int Folds(int value, string name) => value == 0
        ? 0
        : value >= 2 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or at least 2.");
}
