using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MlPipeline.Data;
using MlPipeline.Engine.Graphs;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>What cached features depend on beside the picture: anything that could change a bit of them is in the key.</summary>
internal static class FeatureCacheKeys
{
    // To be raised when Preprocessing computes another picture from the same recipe.
    private const int PreparationVersion = 1;

    public static FeatureCacheKey For(Backbone backbone, BackboneRunOptions options) => new()
    {
        // Decoders and kernels count by the build of their assembly, so that no change of theirs can be forgotten.
        Preprocessing = $"{backbone.Preprocessing.Fingerprint} preparation {PreparationVersion}{(options.Decode.ApplyOrientation ? "" : " not turned")} imaging {BuildOf<Raster>()}",
        Graph = $"{backbone.Sha256} {FeaturesOf(backbone)} "
            + $"on {options.Runtime?.Name ?? "managed"} {Arithmetic()} engine {BuildOf<Graph>()}",
        FeatureCount = backbone.FeatureCount,
        Backbone = backbone.Name,
    };

    private static string FeaturesOf(Backbone backbone) =>
        backbone.Outputs.FeaturesFrom is { } set ? $"{set} of {string.Join(' ', backbone.FeatureParts.Select(p => p.Value))}"
        : backbone.Outputs.PooledIsAdded ? $"mean of {backbone.FeatureMapName}"
        : backbone.PooledName!;

    private static string BuildOf<T>() => typeof(T).Module.ModuleVersionId.ToString("N");

    // Sums are ordered by the width of the machine's vectors, so another machine may differ in the last bit.
    private static string Arithmetic()
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        return $"{RuntimeInformation.ProcessArchitecture} {width}{(Fma.IsSupported ? " fma" : "")}";
    }
}
