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

    /// <summary>The default: the class activation mapping that is exact for a pooling. Of all methods that run the network
    /// once, it has the most energy in the boxes and the largest area of insertion, or is within a few thousandths of it, for
    /// pooled means, covariances and joined features, on drawn pictures and on Tiny ImageNet (tables in
    /// docs/heatmaps.md).</summary>
    internal static IHeatmapMethod For(MapPooling pooling) => s_methods[pooling == MapPooling.Covariance ? 1 : 0];

    /// <summary>The method of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static IHeatmapMethod ByName(string name) =>
        Array.Find(s_methods, m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no heatmap method '{name}'; there are {string.Join(", ", Names)}.",
            nameof(name));
}
