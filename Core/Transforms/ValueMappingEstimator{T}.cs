namespace MlPipeline.Core;

/// <summary>A <see cref="ValueMappingEstimator"/> whose map was given as pairs.</summary>
public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(Host host, string outputColumnName, string inputColumnName, ValueMap map)
        : base(host, outputColumnName, inputColumnName, map)
    {
    }
}
