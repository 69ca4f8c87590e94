using MlPipeline.Data.FeatureCache;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Pipeline.Features;

/// <summary>What cached features depend on beside the picture: anything that could change a bit of them is in the key.</summary>
public static class FeatureCacheKeys
{
    // To be raised when Preprocessing computes another picture from the same recipe.
    private const int PreparationVersion = 1;

    /// <summary>The key of a network's features.</summary>
    /// <param name="backbone">The network, with the recipe for its pictures.</param>
    /// <param name="options">What runs it, and how pictures are decoded.</param>
    /// <param name="decoder">What decodes; null for <see cref="ImageDecoder.Identity"/>.</param>
    public static FeatureCacheKey For(Backbone backbone, BackboneRunOptions options, string? decoder = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(options);
        return new FeatureCacheKey
        {
            // Resizing counts by the build of its assembly, so that no change of it can be forgotten.
            Preprocessing = $"{backbone.Preprocessing.Fingerprint} preparation {PreparationVersion}"
                + $"{(options.Decode.ApplyOrientation ? "" : " not turned")} "
                + $"imaging {BuildOf<Raster>()} decoder {decoder ?? ImageDecoder.Identity}",
            Graph = $"{backbone.Sha256} {FeaturesOf(backbone)} on {(options.Runtime ?? new ManagedRuntime()).Identity}",
            FeatureCount = backbone.FeatureCount,
            Backbone = backbone.Name,
        };
    }

    private static string FeaturesOf(Backbone backbone) =>
        backbone.Outputs.FeaturesFrom is { } set ? $"{set} of {string.Join(' ', backbone.FeatureParts.Select(p => p.Value))}"
        : backbone.Outputs.PooledIsAdded ? $"mean of {backbone.FeatureMapName}"
        : backbone.PooledName!;

    private static string BuildOf<T>() => typeof(T).Module.ModuleVersionId.ToString("N");
}
