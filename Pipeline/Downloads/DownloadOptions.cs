namespace MlPipeline.Pipeline.Downloads;

/// <summary>How patient a download is, and who is told of it.</summary>
internal sealed record DownloadOptions
{
    /// <summary>How long nothing may come.</summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>How many attempts in a row may fail without headway.</summary>
    public required int Attempts { get; init; }

    /// <summary>What is waited after the first failure; twice as long after each further one.</summary>
    public required TimeSpan RetryDelay { get; init; }

    /// <summary>The largest file that is taken.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Is told how many bytes are here, and of how many (0 when that is not known).</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Is told of attempts that failed.</summary>
    public Action<string>? Note { get; init; }
}
