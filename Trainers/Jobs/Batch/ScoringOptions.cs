namespace MlPipeline;

/// <summary>How <see cref="ScoringJob"/> scores. Immutable.</summary>
public sealed record ScoringOptions
{
    /// <summary>Whether the score of every class is written too. Default false.</summary>
    public bool AllScores { get; init; }

    /// <summary>The part of the pictures that is scored, into a file of its own (<see cref="Shard.PathOf"/>); null (default) for
    /// all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Whether a job that was stopped is gone on with. What was not begun begins, and what is complete stays. Default
    /// false.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether a file that is there, and what a stopped job left, are replaced. Default false.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether symbolic links that lead out of a folder are followed. Default false.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>Batch, threads, runtime and limits for pictures. A bad picture is always a row with an error.</summary>
    public BackboneRunOptions Run { get; init; } = new();
}

/// <summary>What <see cref="ScoringJob"/> did.</summary>
public sealed record ScoringResult
{
    /// <summary>The file.</summary>
    public required string Out { get; init; }

    /// <summary>The shard, such as 2/4; null for all pictures.</summary>
    public string? Shard { get; init; }

    /// <summary>The rows of the file, one for each picture.</summary>
    public required long Images { get; init; }

    /// <summary>How many of them have an error instead of a label.</summary>
    public required long Failed { get; init; }

    /// <summary>How many rows an earlier run had written.</summary>
    public long Resumed { get; init; }

    /// <summary>Files, folders and links of the data that are not taken for pictures.</summary>
    public long Ignored { get; init; }

    /// <summary>Wall-clock seconds of this run.</summary>
    public double Seconds { get; init; }
}
