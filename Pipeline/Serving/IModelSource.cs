namespace MlPipeline;

/// <summary>Where a model's file comes from. <see cref="ModelSource"/> makes those for files and for web addresses.</summary>
public interface IModelSource
{
    /// <summary>The path or address, for messages.</summary>
    string Location { get; }

    /// <summary>How often a host asks for changes when it is not told otherwise.</summary>
    TimeSpan PollInterval { get; }

    /// <summary>Copies the file as it is now, unless it is still the one that an earlier call copied. What is copied is one
    /// whole state of the file, never part of two.</summary>
    /// <param name="destination">Where to; there is no such file yet.</param>
    /// <param name="stamp">What the earlier call returned; null to copy in any case.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <returns>What tells this state from others, or an empty text when nothing does but the content; null when nothing was
    /// copied because the file is still that of <paramref name="stamp"/>.</returns>
    /// <exception cref="IOException">The file cannot be had now.</exception>
    Task<string?> CopyAsync(string destination, string? stamp, CancellationToken cancellation);
}
