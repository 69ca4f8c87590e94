namespace MlPipeline.Engine.Plans;

/// <summary>What is assumed of the last-level cache where plans choose how many images to take at a time.</summary>
/// <param name="Bytes">Bytes that stay there beside what others keep in it.</param>
/// <param name="WeightCost">What a byte of weights costs in bytes of maps: it comes in order, and is asked for ahead.</param>
internal sealed record CacheModel(long Bytes, double WeightCost)
{
    /// <summary>Half of what server processors share among a few cores.</summary>
    public static CacheModel Default { get; } = new(16 << 20, 0.5);
}
