using MlPipeline.Pipeline;
using MlPipeline.Trainers;

namespace MlPipeline.Cli.Jobs;

/// <summary>How a head is trained and tested.</summary>
internal sealed record TrainingOptions
{
    /// <summary>The head: lbfgs, sgd or svm.</summary>
    public string Trainer { get; init; } = HeadChoice.Default;

    /// <summary>The share of each class that is held out, when there are no folds.</summary>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>Folds of cross-validation, or 0 for one held-out part. With folds the saved model is trained on
    /// everything.</summary>
    public int Folds { get; init; }

    /// <summary>Whether the features are chosen among those of the backbone's stages, by cross-validation on the training
    /// pictures.</summary>
    public bool ChooseFeatures { get; init; }

    /// <summary>The views of each picture that are trained on.</summary>
    public PictureViews Augment { get; init; }

    /// <summary>The views of each picture whose scores are averaged.</summary>
    public PictureViews TestViews { get; init; }

    /// <summary>How the head is trained; its solver is that of <see cref="Trainer"/>.</summary>
    public LinearHeadOptions Head { get; init; } = new();

    /// <summary>The manifest's column of weights; null when pictures count alike.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>The head that is started from; null to start from zero.</summary>
    public LinearHeadWeights? WarmStart { get; init; }

    /// <summary>Whether features of known pictures are taken from the feature cache, and new ones kept there.</summary>
    public bool UseCache { get; init; } = true;
}
