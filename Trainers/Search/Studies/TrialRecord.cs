namespace MlPipeline.Trainers.Search;

/// <summary>A trial as the study keeps it.</summary>
public sealed record TrialRecord
{
    /// <summary>The number, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>How far it is.</summary>
    public required TrialState State { get; init; }

    /// <summary>The coordinates that the sampler proposed.</summary>
    public required double[] Point { get; init; }

    /// <summary>The parameters at that point.</summary>
    public required Parameter Parameters { get; init; }

    /// <summary>The objective's value, as the objective gave it; null while running or when failed.</summary>
    public double? Value { get; init; }

    /// <summary>What went wrong, for a failed trial.</summary>
    public string? Error { get; init; }

    /// <summary>Seconds that the trial took; null while running.</summary>
    public double? Seconds { get; init; }

    /// <summary>Values reported on the way.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];
}

/// <summary>How far a trial is.</summary>
public enum TrialState
{
    /// <summary>Some process works on it, or did when it was killed.</summary>
    Running,

    /// <summary>It has a value.</summary>
    Complete,

    /// <summary>It was ended early; its last reported value counts.</summary>
    Pruned,

    /// <summary>It threw; the error is kept.</summary>
    Failed,
}
