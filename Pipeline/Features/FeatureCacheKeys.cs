using MlPipeline.Data;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>What cached features depend on beside the picture: anything that could change a bit of them is in the key.</summary>
internal static class FeatureCacheKeys
{
    // To be raised when Preprocessing computes another picture from the same recipe.
    private const int PreparationVersion = 1;

    public static FeatureCacheKey For(Backbone backbone, BackboneRunOptions options) => new()
    {
        // Decoders count by the build of their assembly, so that no change of theirs can be forgotten.
        Preprocessing = $"{backbone.Preprocessing.Fingerprint} preparation {PreparationVersion}{(options.Decode.ApplyOrientation ? "" : " not turned")} imaging {BuildOf<Raster>()}",
        Graph = $"{backbone.Sha256} {FeaturesOf(backbone)} on {(options.Runtime ?? Runtime.ByName("managed")).Identity}",
        FeatureCount = backbone.FeatureCount,
        Backbone = backbone.Name,
    };

    private static string FeaturesOf(Backbone backbone) =>
        backbone.Outputs.FeaturesFrom is { } set ? $"{set} of {string.Join(' ', backbone.FeatureParts.Select(p => p.Value))}"
        : backbone.Outputs.PooledIsAdded ? $"mean of {backbone.FeatureMapName}"
        : backbone.PooledName!;

    private static string BuildOf<T>() => typeof(T).Module.ModuleVersionId.ToString("N");
}
