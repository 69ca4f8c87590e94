namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>The heatmap methods by name.</summary>
public static class HeatmapMethods
{
    private static readonly IHeatmapMethod[] s_methods =
    [
        new ClassActivationMapMethod(),
        new CovarianceActivationMapMethod(),
        new GradCamMethod(),
        new GradCamPlusPlusMethod(),
        new HiResCamMethod(),
        new LayerCamMethod(),
        new XGradCamMethod(),
        new EigenCamMethod(),
        new AblationCamMethod(),
        new ScoreCamMethod(),
        new OcclusionMethod(),
        new CenterMethod(),
        new RandomMethod(),
    ];

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_methods.Select(m => m.Name)];

    /// <summary>The class activation mapping that is exact for a pooling.</summary>
    internal static IHeatmapMethod For(MapPooling pooling) => s_methods[pooling == MapPooling.Covariance ? 1 : 0];

    /// <summary>The method of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static IHeatmapMethod ByName(string name) =>
        Array.Find(s_methods, m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no heatmap method '{name}'; there are {string.Join(", ", Names)}.",
            nameof(name));
}
