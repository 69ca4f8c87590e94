using System.Text.Json;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>What tune prints.</summary>
internal sealed record TuneResult
{
    public required TuneTrial Best { get; init; }

    public required IReadOnlyList<TuneTrial> Trials { get; init; }

    public required HeadMetric Metric { get; init; }

    public required string Sampler { get; init; }

    public required string Pruner { get; init; }

    public required string Backbone { get; init; }

    public int InputSize { get; init; }

    public ResizeMode Resize { get; init; }

    /// <summary>What the best model's features are taken from.</summary>
    public required string FeaturesFrom { get; init; }

    public int FeatureCount { get; init; }

    public PictureViews Augment { get; init; }

    public PictureViews TestViews { get; init; }

    /// <summary>Whether it was stopped by the user; the same command goes on.</summary>
    public bool Stopped { get; init; }

    public int Images { get; init; }

    /// <summary>Pictures whose features all came from the feature cache.</summary>
    public int Cached { get; init; }

    public int Skipped { get; init; }

    public IReadOnlyList<SkippedImage> SkippedFiles { get; init; } = [];

    /// <summary>Share of the variance between trials that each parameter explains alone.</summary>
    public required IReadOnlyList<ParameterImportance> Importances { get; init; }

    /// <summary>The nested cross-validation, when asked for.</summary>
    public NestedResult? Nested { get; init; }

    /// <summary>The study file.</summary>
    public required string Study { get; init; }

    /// <summary>Where the best model, trained on everything, was written, when one was asked for.</summary>
    public string? Model { get; init; }

    public string? Report { get; init; }

    public TuneSeconds Seconds { get; init; } = new(0, 0, 0, 0, 0, 0);
}

/// <summary>Wall-clock seconds of the stages of tune.</summary>
internal sealed record TuneSeconds(double Load, double Features, double Search, double Train, double Nested, double Total);

/// <summary>Means over the outer folds, weighted by their pictures.</summary>
internal sealed record NestedResult(double MicroAccuracy, double MacroAccuracy, double MacroF1, double LogLoss, IReadOnlyList<NestedFoldResult> Folds)
{
    public static NestedResult Of(IReadOnlyList<NestedFold> folds)
    {
        double Mean(Func<HeadScores, double> figure) => folds.Sum(f => figure(f.Scores) * f.Rows) / folds.Sum(f => f.Rows);
        return new NestedResult(Mean(s => s.MicroAccuracy), Mean(s => s.MacroAccuracy), Mean(s => s.MacroF1), Mean(s => s.LogLoss),
            [.. folds.Select(f => new NestedFoldResult(f.Fold, f.Scores.MicroAccuracy, f.Scores.LogLoss, f.SearchValue, f.Rows, TuneTrial.Json(f.Parameters)))]);
    }
}

/// <summary>One outer fold: its scores, and the value that the search without it had reached.</summary>
internal sealed record NestedFoldResult(int Fold, double MicroAccuracy, double LogLoss, double SearchValue, int Images, JsonElement Parameters);

/// <summary>A trial as tune prints it.</summary>
internal sealed record TuneTrial(int Number, JsonElement Parameters, double? Value, TrialState State, string? Error, double? Seconds)
{
    public static TuneTrial Of(TrialRecord trial) => new(trial.Number, Json(trial.Parameters), trial.Value, trial.State, trial.Error, trial.Seconds);

    public static JsonElement Json(Parameter parameters)
    {
        using JsonDocument document = JsonDocument.Parse(parameters.ToJson());
        return document.RootElement.Clone();
    }
}
