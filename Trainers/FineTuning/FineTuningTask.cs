namespace MlPipeline.Trainers.FineTuning;

/// <summary>What is trained, and on what.</summary>
internal sealed record FineTuningTask
{
    /// <summary>The network.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>The names of the classes.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Trains a head on the pooled features of some of the pictures, by their places.</summary>
    public required Func<IReadOnlyList<int>, LinearHeadWeights> FitHead { get; init; }

    /// <summary>Measures these features.</summary>
    public required Func<IReadOnlyList<int>, FeatureStatistics> MeasureFeatures { get; init; }

    /// <summary>The training pictures.</summary>
    public required TrainingPictures Pictures { get; init; }

    /// <summary>The same pictures as files, where features of them may be kept in the cache; null where they may not.</summary>
    public ImageDataSet? Files { get; init; }

    /// <summary>The folder of the feature cache; null for the usual one.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Equal numbers for pictures that must stay on one side where some are held out.</summary>
    public required IReadOnlyList<int> Groups { get; init; }

    /// <summary>The places of the pictures that are held out of the steps, to measure every epoch by; null to draw them
    /// (<see cref="FineTuningOptions.ValidationFraction"/>).</summary>
    public IReadOnlyList<int>? Held { get; init; }

    /// <summary>The checkpoint's name in its folder.</summary>
    public string Name { get; init; } = "training";

    /// <summary>What tells pictures, classes and what they count from others.</summary>
    public string Fingerprint { get; init; } = "";
}
