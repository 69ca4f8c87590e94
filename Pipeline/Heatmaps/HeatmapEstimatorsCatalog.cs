namespace MlPipeline.Pipeline;

/// <summary>Heatmaps as estimators.</summary>
public static class HeatmapEstimatorsCatalog
{
    /// <summary>Adds the class activation map (or another method's map) of the highest class, or of a named one.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column for the map (H x W floats).</param>
    /// <param name="backbone">The network that makes the feature maps.</param>
    /// <param name="head">The linear head over its pooled features (<see cref="ILinearHead.GetLinearHead"/>).</param>
    /// <param name="options">The columns that are read, and further ones that are made.</param>
    /// <exception cref="BackboneException">The method is not right for this network, or the class cannot be told from the
    /// map.</exception>
    /// <exception cref="ArgumentException">There is no such class or method.</exception>
    public static HeatmapEstimator ClassActivationMap(
        this TransformsCatalog catalog, string outputColumnName, Backbone backbone, LinearHeadWeights head, HeatmapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        options ??= new HeatmapOptions();
        var computer = new HeatmapComputer(backbone, head, HeatmapMethods.ByName(options.Method));
        if (head.FeatureCount != computer.Head.FeatureCount && options.ClassName is null && options.ScoreColumnName is null)
        {
            throw new BackboneException(
                "The head reads features from several depths, so the map alone does not tell which class scores highest: set ScoreColumnName or ClassName.");
        }

        return new HeatmapEstimator(new HeatmapTransformer(outputColumnName, computer.Head, backbone.Preprocessing, computer.Shape, options with { Method = computer.Method.Name }));
    }
}
