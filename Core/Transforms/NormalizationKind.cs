namespace MlPipeline.Core;

/// <summary>How a column is normalised.</summary>
internal enum NormalizationKind
{
    /// <summary>By the smallest and largest value.</summary>
    MinMax = 0,

    /// <summary>By mean and variance.</summary>
    MeanVariance = 1,
}

/// <summary>What one column's normaliser is to do.</summary>
/// <param name="OutputColumnName">The column to make.</param>
/// <param name="InputColumnName">The column to normalise.</param>
/// <param name="Kind">By what.</param>
/// <param name="MaximumExampleCount">How many rows are looked at.</param>
/// <param name="FixZero">Whether zero stays zero.</param>
/// <param name="UseCdf">Whether values become those of the normal distribution function instead.</param>
internal sealed record NormalizerColumn(
    string OutputColumnName, string InputColumnName, NormalizationKind Kind, long MaximumExampleCount, bool FixZero, bool UseCdf);
