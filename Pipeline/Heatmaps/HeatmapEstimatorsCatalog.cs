using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>Heatmaps as estimators.</summary>
public static class HeatmapEstimatorsCatalog
{
    /// <summary>
    /// Adds the class activation map of the highest class: where in the picture it is seen. Stands behind ApplyBackbone, whose
    /// feature map it reads, and a linear head, whose weights come with its Score column.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column for the map (H x W floats).</param>
    /// <param name="overlayColumnName">A column for the picture with the map over it (PNG bytes); null (default) for
    /// none.</param>
    public static HeatmapEstimator ClassActivationMap(
        this TransformsCatalog catalog, string outputColumnName = "Heatmap", string? overlayColumnName = null) =>
        ClassActivationMap(catalog, outputColumnName, new HeatmapOptions { OverlayColumnName = overlayColumnName });

    /// <summary>Adds the class activation map (or another method's map) of the highest class, or of a named one.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column for the map (H x W floats).</param>
    /// <param name="options">The columns that are read, and further ones that are made.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static HeatmapEstimator ClassActivationMap(this TransformsCatalog catalog, string outputColumnName,
        HeatmapOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        HeatmapMethods.ByName(options.Method);
        return new HeatmapEstimator(outputColumnName, options);
    }
}
