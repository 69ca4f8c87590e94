using System.IO.Hashing;
using System.Runtime.InteropServices;
using MlPipeline.Data.Splits;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Numbers that say nothing, for comparison: uniform between 0 and 1, the same whenever the same picture and class are
/// asked for.</summary>
public sealed class RandomMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: false);
        var picture = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(input.FeatureMap), input.ClassIndex);
        var random = new SeededRandom(unchecked((int)picture));
        foreach (ref var value in map)
            value = (float)random.NextDouble();
    }
}
