namespace MlPipeline;

/// <summary>How a <see cref="ModelHost{T}"/> replaces its model.</summary>
/// <typeparam name="T">The model.</typeparam>
public sealed class ModelHostOptions<T>
{
    /// <summary>Runs each newly loaded model before it serves, so that its first caller does not wait; what it throws refuses
    /// the model.</summary>
    public Action<T>? WarmUp { get; init; }

    /// <summary>Compares the served model (first) with the newer one (second), on kept samples for example; throws, with a
    /// sentence, to refuse the newer one.</summary>
    public Action<T, T>? Compare { get; init; }

    /// <summary>Whether the host looks for newer models by itself; true by default.</summary>
    public bool WatchForChanges { get; init; } = true;

    /// <summary>How often it looks; the source's own interval by default (a second for files).</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
