namespace MlPipeline.Trainers.Search;

/// <summary>The pruners by name.</summary>
public static class PrunerCatalog
{
    // A new pruner is its file and one line here.
    private static readonly Dictionary<string, Func<IPruner>> s_makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = () => new NoPruner(),
        ["median"] = () => new MedianPruner(),
        ["halving"] = () => new SuccessiveHalvingPruner(),
        ["hyperband"] = () => new HyperbandPruner(),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_makers.Keys];

    /// <summary>The pruner of a name, with its default options.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static IPruner ByName(string name) => s_makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no pruner '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
}
