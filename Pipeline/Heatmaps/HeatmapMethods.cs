namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>The heatmap methods by name.</summary>
public static class HeatmapMethods
{
    private static readonly IHeatmapMethod[] s_methods =
    [
        new ClassActivationMapMethod(),
        new CovarianceActivationMapMethod(),
    ];

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_methods.Select(m => m.Name)];

    /// <summary>The class activation mapping that is exact for a pooling.</summary>
    internal static IHeatmapMethod For(MapPooling pooling) => Array.Find(s_methods, m => m.Pooling == pooling) ?? s_methods[0];

    /// <summary>The method of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static IHeatmapMethod ByName(string name) =>
        Array.Find(s_methods, m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no heatmap method '{name}'; there are {string.Join(", ", Names)}.",
            nameof(name));
}
