namespace MlPipeline.Cli.Results;

/// <summary>Wall-clock seconds of the stages of training or evaluating.</summary>
internal sealed record StageSeconds
{
    /// <summary>Listing the data set and hashing its files.</summary>
    public double Load { get; init; }

    /// <summary>Decoding the pictures and running the backbone.</summary>
    public double Features { get; init; }

    /// <summary>Training the head, over all folds.</summary>
    public double Train { get; init; }

    /// <summary>Scoring held-out pictures and computing the metrics.</summary>
    public double Evaluate { get; init; }

    public double Total { get; init; }
}
