using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Plans;

/// <summary>What is assumed of the last-level cache where plans choose how many images to take at a time.</summary>
/// <param name="Bytes">Bytes that stay there beside what others keep in it.</param>
/// <param name="WeightCost">What a byte of weights costs in bytes of maps: it comes in order, and is asked for ahead.</param>
internal sealed record CacheModel(long Bytes, double WeightCost)
{
    /// <summary>Half of what the cores share.</summary>
    public static CacheModel Of(CacheSizes caches) => new(caches.Third / 2, 0.5);
}
