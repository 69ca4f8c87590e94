using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Results;

/// <summary>Metrics on pictures that were not trained on, as train and evaluate print them.</summary>
internal record EvaluationResult
{
    public double MicroAccuracy { get; init; }

    public double MacroAccuracy { get; init; }

    /// <summary>Mean of F1 over the classes.</summary>
    public double MacroF1 { get; init; }

    /// <summary>Mean of -ln(probability of the true class).</summary>
    public double LogLoss { get; init; }

    /// <summary>Counts [true class][predicted class]; with folds, summed over them.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Confusion { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>How far the model's confidence can be trusted, and what it leaves unanswered.</summary>
    public ConfidenceResult? Confidence { get; init; }

    /// <summary>Pictures that were used.</summary>
    public int Images { get; init; }

    /// <summary>Pictures whose features came from the feature cache: neither decoded nor run through the network.</summary>
    public int Cached { get; init; }

    /// <summary>Pictures that were left out; <see cref="SkippedFiles"/> says which and why.</summary>
    public int Skipped { get; init; }

    public IReadOnlyList<SkippedImage> SkippedFiles { get; init; } = [];

    public StageSeconds Seconds { get; init; } = new();
}

/// <summary>Metrics of one fold.</summary>
internal sealed record FoldResult(int Fold, double MicroAccuracy, double MacroAccuracy, double LogLoss, int Images);

/// <summary>What train prints.</summary>
internal record TrainingResult : EvaluationResult
{
    /// <summary>Each fold's metrics, when there were folds; the headline figures are then their means.</summary>
    public IReadOnlyList<FoldResult>? Folds { get; init; }

    public required string Backbone { get; init; }

    public required string Trainer { get; init; }

    /// <summary>What the model's features are taken from.</summary>
    public required string FeaturesFrom { get; init; }

    public int FeatureCount { get; init; }

    /// <summary>The sets of features that were tried, and why one was taken; null when none was to be chosen.</summary>
    public FeatureProbeResult? FeatureProbe { get; init; }

    public PictureViews Augment { get; init; }

    public PictureViews TestViews { get; init; }

    public int TrainImages { get; init; }

    public int TestImages { get; init; }

    /// <summary>Sets of pictures with the same content; a set is never split between training and test.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; } = [];

    /// <summary>Where the model was written.</summary>
    public string? Model { get; init; }

    /// <summary>Where the report was written.</summary>
    public string? Report { get; init; }
}
