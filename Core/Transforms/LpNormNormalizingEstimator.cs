namespace MlPipeline.Core;

/// <summary>Divides each row's vector by one of its norms.</summary>
public sealed class LpNormNormalizingEstimator : LpNormNormalizingEstimatorBase
{
    internal LpNormNormalizingEstimator(
        Host host, string outputColumnName, string inputColumnName, NormFunction norm, bool ensureZeroMean)
        : base(host, new LpNormNormalizingTransformer(host, outputColumnName, inputColumnName, norm, ensureZeroMean, scale: 1))
    {
    }
}
