namespace MlPipeline;

/// <summary>What a host serves, and how its looks for newer models went.</summary>
public sealed record ModelHostStatus
{
    /// <summary>The SHA-256 of the served model's file, in lower-case hexadecimal.</summary>
    public required string Version { get; init; }

    /// <summary>When the served model was loaded.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>When a newer one was last looked for.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Why the newest file is not served, from the last look; null when it is.</summary>
    public string? LastError { get; init; }

    /// <summary>How often the model was replaced.</summary>
    public int Reloads { get; init; }
}
