namespace MlPipeline.Core;

/// <summary>
/// Global contrast normalisation: each row's vector, less its mean, divided by its L2 norm or its standard deviation, times a
/// scale (Coates, Ng, Lee, "An analysis of single-layer networks in unsupervised feature learning", 2011).
/// </summary>
public sealed class GlobalContrastNormalizingEstimator : LpNormNormalizingEstimatorBase
{
    internal GlobalContrastNormalizingEstimator(
        Host host, string outputColumnName, string inputColumnName, bool ensureZeroMean, bool ensureUnitStandardDeviation,
        float scale)
        : base(host, new LpNormNormalizingTransformer(
            host, outputColumnName, inputColumnName,
            ensureUnitStandardDeviation ? NormFunction.StandardDeviation : NormFunction.L2, ensureZeroMean, scale))
    {
    }
}
