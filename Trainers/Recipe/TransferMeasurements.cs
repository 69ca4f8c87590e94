namespace MlPipeline.Trainers.Recipe;

/// <summary>What the way to transfer is chosen by.</summary>
public sealed record TransferMeasurements
{
    /// <summary>Samples of the smallest class.</summary>
    public required int SamplesPerClass { get; init; }

    /// <summary>Accuracy of naming the largest class always.</summary>
    public required double Chance { get; init; }

    /// <summary>Cross-validated accuracy of the linear head.</summary>
    public required double LinearAccuracy { get; init; }

    /// <summary>Cross-validated accuracy of naming the class with the nearest mean of features: how separable they are as they
    /// come.</summary>
    public required double NearestMeanAccuracy { get; init; }

    /// <summary>Mean of the highest probability that the network's own classifier gives; null if it has none.</summary>
    public double? OwnConfidence { get; init; }

    /// <summary>Accuracy of the network's own classifier; null unless it knows all classes of the data by name.</summary>
    public double? OwnAccuracy { get; init; }
}
