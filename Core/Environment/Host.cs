namespace MlPipeline.Core;

/// <summary>
/// What catalogs hand to the components they make. With a seed, everything drawn depends on that seed and on who draws,
/// never on threads.
/// </summary>
internal sealed class Host
{
    private readonly Action<LoggingEventArgs>? _log;
    private int _drawn;

    public Host(int? seed = null, Action<LoggingEventArgs>? log = null)
    {
        Seed = seed;
        _log = log;
    }

    /// <summary>The seed that was given to <see cref="MLContext"/>.</summary>
    public int? Seed { get; }

    /// <summary>What saved models may name: assemblies with custom mappings.</summary>
    public ComponentCatalog Components { get; set; } = new();

    /// <summary>A seed for a component that was given none of its own.</summary>
    public int SeedFor(string component, int? own = null)
    {
        if (own is int given)
            return given;
        if (Seed is not int seed)
            return Random.Shared.Next();
        uint hash = 2166136261u ^ (uint)seed;
        foreach (char c in component)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash & 0x7FFFFFFF);
    }

    /// <summary>
    /// A seed for what is asked for again and again, such as bootstrap samples: another at each call, the same ones in the
    /// same order of calls.
    /// </summary>
    public int NextSeedFor(string component, int? own = null) =>
        own ?? SeedFor($"{component} {Interlocked.Increment(ref _drawn)}");

    /// <summary>A random source for a component.</summary>
    public Random CreateRandom(string component, int? own = null) => new(SeedFor(component, own));

    public void Log(ChannelMessageKind kind, string source, string message) =>
        _log?.Invoke(new LoggingEventArgs(message, kind, source));

    public void Trace(string source, string message) => Log(ChannelMessageKind.Trace, source, message);

    public void Info(string source, string message) => Log(ChannelMessageKind.Info, source, message);

    public void Warning(string source, string message) => Log(ChannelMessageKind.Warning, source, message);
}
