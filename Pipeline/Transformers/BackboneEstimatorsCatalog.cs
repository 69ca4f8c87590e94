using MlPipeline.Pipeline.Transformers;

namespace MlPipeline;

/// <summary>Pretrained networks as estimators.</summary>
public static class BackboneEstimatorsCatalog
{
    private const string DefaultFeatureMap = "FeatureMap";

    /// <summary>Applies a pretrained network to a column of pictures, or of pixels extracted as the network takes them.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="backbone">The network; see <see cref="BackboneCatalog.Resolve"/>.</param>
    /// <param name="inputColumnName">The column of pictures: paths (text), encoded bytes or ML.NET's images; they are resized and
    /// normalised as the network wants it. Paths and bytes are fastest: decoded ahead on other threads, upright, at reduced
    /// size.</param>
    /// <param name="featuresColumnName">A column for the pooled features (K floats); null for none.</param>
    /// <param name="featureMapColumnName">A column for the feature map (K x H x W floats), computed only where it is asked for;
    /// null for none. Left out by itself where the network has none.</param>
    /// <param name="logitsColumnName">A column for the logits (C floats, slots named by class); null (default) for none.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <param name="featuresFrom">What the features are taken from, such as "stage3+pooled" (see
    /// <see cref="Backbone.WithFeatures"/>); null (default) for what the backbone says: its pooled features.</param>
    /// <exception cref="BackboneException">The network cannot give what is asked for.</exception>
    public static BackboneEstimator ApplyBackbone(
        this TransformsCatalog catalog,
        Backbone backbone,
        string inputColumnName = "ImagePath",
        string? featuresColumnName = "Features",
        string? featureMapColumnName = DefaultFeatureMap,
        string? logitsColumnName = null,
        BackboneRunOptions? options = null,
        string? featuresFrom = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        backbone = featuresFrom is null ? backbone : backbone.WithFeatures(featuresFrom);
        var map = featureMapColumnName == DefaultFeatureMap && backbone.FeatureMapName is null ? null : featureMapColumnName;
        var columns = new BackboneColumns(inputColumnName, featuresColumnName, map, logitsColumnName);
        return new BackboneEstimator(new BackboneTransformer(backbone, columns, options ?? new BackboneRunOptions()));
    }

    /// <summary>Applies a network by its name or the path of its ONNX file.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="backbone">A name of <see cref="BackboneCatalog.List"/>, or the path of an ONNX file.</param>
    /// <param name="inputColumnName">The column of pictures.</param>
    /// <param name="featuresColumnName">A column for the pooled features (K floats); null for none.</param>
    /// <param name="featureMapColumnName">A column for the feature map (K x H x W floats); null for none.</param>
    /// <param name="logitsColumnName">A column for the logits (C floats, slots named by class); null (default) for none.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <param name="featuresFrom">What the features are taken from; null (default) for what the backbone says.</param>
    /// <exception cref="BackboneException">There is no such network, or it cannot give what is asked for.</exception>
    public static BackboneEstimator ApplyBackbone(
        this TransformsCatalog catalog,
        string backbone,
        string inputColumnName = "ImagePath",
        string? featuresColumnName = "Features",
        string? featureMapColumnName = DefaultFeatureMap,
        string? logitsColumnName = null,
        BackboneRunOptions? options = null,
        string? featuresFrom = null) => catalog.ApplyBackbone(
            BackboneCatalog.Resolve(backbone), inputColumnName, featuresColumnName, featureMapColumnName, logitsColumnName,
            options, featuresFrom);
}
