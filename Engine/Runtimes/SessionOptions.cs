namespace MlPipeline.Engine.Runtimes;

/// <summary>How a session is to run.</summary>
public sealed record SessionOptions
{
    private readonly int _threads;

    /// <summary>The options a session has if none are given.</summary>
    public static SessionOptions Default { get; } = new();

    /// <summary>How many threads compute; 0 (the default) means one per core. The results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Threads
    {
        get => _threads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value;
        }
    }

    /// <summary>The values to compute, by name; null (the default) means the graph's outputs. Any value of the graph may be asked
    /// for.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }
}
