namespace MlPipeline.Trainers.Search;

/// <summary>The samplers by name.</summary>
public static class SamplerCatalog
{
    // A new sampler is its file and one line here.
    private static readonly Dictionary<string, Func<ISampler>> s_makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["grid"] = () => new GridSampler(),
        ["random"] = () => new RandomSampler(),
        ["sobol"] = () => new SobolSampler(),
        ["tpe"] = () => new TpeSampler(),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_makers.Keys];

    /// <summary>The sampler of a name, with its default options.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static ISampler ByName(string name) => s_makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no sampler '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
}
