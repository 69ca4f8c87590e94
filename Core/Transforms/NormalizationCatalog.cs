using static MlPipeline.Core.LpNormNormalizingEstimatorBase;

namespace MlPipeline.Core;

/// <summary>Bringing numbers to a common range.</summary>
public static class NormalizationCatalog
{
    private const long MaximumExamples = 1000000000;

    /// <summary>Scales each slot by its smallest and largest value.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column to normalise; the output's name when null.</param>
    /// <param name="maximumExampleCount">How many rows are looked at; at least 2.</param>
    /// <param name="fixZero">
    /// Whether zero stays zero: values are divided by the largest absolute one, and lie in [-1, 1]. Otherwise they lie in [0, 1].
    /// </param>
    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        long maximumExampleCount = MaximumExamples, bool fixZero = true) =>
        NormalizeMinMax(catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero);

    /// <summary>Scales each slot of several columns by its smallest and largest value.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="maximumExampleCount">How many rows are looked at; at least 2.</param>
    /// <param name="fixZero">Whether zero stays zero.</param>
    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExamples, bool fixZero = true) =>
        Normalize(catalog, columns, NormalizationKind.MinMax, maximumExampleCount, fixZero, useCdf: false);

    /// <summary>Scales each slot by its mean and variance.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column to normalise; the output's name when null.</param>
    /// <param name="maximumExampleCount">How many rows are looked at; at least 2.</param>
    /// <param name="fixZero">
    /// Whether zero stays zero: values are divided by the root of their mean square. Otherwise the mean is taken off and they are
    /// divided by the standard deviation.
    /// </param>
    /// <param name="useCdf">
    /// Whether to give the normal distribution function's values instead; zero then does not stay zero.
    /// </param>
    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        long maximumExampleCount = MaximumExamples, bool fixZero = true, bool useCdf = false) =>
        NormalizeMeanVariance(
            catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, useCdf);

    /// <summary>Scales each slot of several columns by its mean and variance.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="maximumExampleCount">How many rows are looked at; at least 2.</param>
    /// <param name="fixZero">Whether zero stays zero.</param>
    /// <param name="useCdf">Whether to give the normal distribution function's values instead.</param>
    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExamples, bool fixZero = true, bool useCdf = false) =>
        Normalize(catalog, columns, NormalizationKind.MeanVariance, maximumExampleCount, fixZero, useCdf);

    /// <summary>Divides each row's vector by one of its norms.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column to normalise; the output's name when null.</param>
    /// <param name="norm">The norm.</param>
    /// <param name="ensureZeroMean">Whether the vector's mean is taken off first.</param>
    public static LpNormNormalizingEstimator NormalizeLpNorm(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        NormFunction norm = NormFunction.L2, bool ensureZeroMean = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new LpNormNormalizingEstimator(
            catalog.Host, outputColumnName, inputColumnName ?? outputColumnName, norm, ensureZeroMean);
    }

    /// <summary>Normalises the contrast of each row's vector; see <see cref="GlobalContrastNormalizingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column to normalise; the output's name when null.</param>
    /// <param name="ensureZeroMean">Whether the vector's mean is taken off first.</param>
    /// <param name="ensureUnitStandardDeviation">Whether to divide by the standard deviation rather than by the L2 norm.</param>
    /// <param name="scale">What the result is multiplied by; positive.</param>
    public static GlobalContrastNormalizingEstimator NormalizeGlobalContrast(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        bool ensureZeroMean = true, bool ensureUnitStandardDeviation = false, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new GlobalContrastNormalizingEstimator(
            catalog.Host, outputColumnName, inputColumnName ?? outputColumnName,
            ensureZeroMean, ensureUnitStandardDeviation, scale);
    }

    private static NormalizingEstimator Normalize(
        TransformsCatalog catalog, InputOutputColumnPair[] columns,
        NormalizationKind kind, long maximumExampleCount, bool fixZero, bool useCdf)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NormalizingEstimator(
            catalog.Host,
            [.. InputOutputColumnPair.ToPairs(columns).Select(pair => new NormalizerColumn(
                pair.OutputColumnName, pair.InputColumnName, kind, maximumExampleCount, fixZero, useCdf))]);
    }
}
