using System.Buffers;

namespace MlPipeline.Imaging.Resampling;

/// <summary>
/// The weights along one axis: for each output position, the first source position it draws on, how many, and their weights as
/// fixed-point numbers of <see cref="Precision"/> bits. The arithmetic is Pillow's (support and scale rules, normalisation in
/// double, rounding half away from zero), so that results are equal to the last bit.
/// </summary>
internal readonly struct ResampleAxis : IDisposable
{
    /// <summary>Fraction bits: 32, less 8 for the sample and 2 for sums below 0 and above 1.</summary>
    public const int Precision = 32 - 8 - 2;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;

    private ResampleAxis(int length, int taps)
    {
        Length = length;
        Taps = taps;
        _starts = ArrayPool<int>.Shared.Rent(length);
        _counts = ArrayPool<int>.Shared.Rent(length);
        _weights = ArrayPool<int>.Shared.Rent(checked(length * taps));
    }

    /// <summary>Output positions.</summary>
    public int Length { get; }

    /// <summary>The most source positions that one output position draws on.</summary>
    public int Taps { get; }

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Length);

    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Length);

    /// <summary><see cref="Taps"/> weights for each output position, zero where there are fewer.</summary>
    public ReadOnlySpan<int> Weights => _weights.AsSpan(0, Length * Taps);

    /// <summary>The first and the last source position needed.</summary>
    public (int First, int Last) Reach
    {
        get
        {
            int first = int.MaxValue, last = 0;
            for (var i = 0; i < Length; i++)
            {
                first = Math.Min(first, _starts[i]);
                last = Math.Max(last, _starts[i] + _counts[i] - 1);
            }

            return (first, last);
        }
    }

    /// <param name="sourceLength">Source positions.</param>
    /// <param name="from">Where the stretch of the source begins that is resized.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="fullLength">How many output positions the stretch becomes.</param>
    /// <param name="first">The first of them that is wanted.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="filter">Any but nearest.</param>
    public static ResampleAxis Of(
        int sourceLength, float from, float to, int fullLength, int first, int count, ResampleFilter filter)
    {
        var scale = (double)(to - from) / fullLength;
        var filterScale = Math.Max(scale, 1.0);
        var support = FilterKernel.Support(filter) * filterScale;
        ResampleAxis axis = new(count, Math.Min((int)Math.Ceiling(support) * 2 + 1, sourceLength));
        var weights = ArrayPool<double>.Shared.Rent(axis.Taps);
        for (var i = 0; i < count; i++)
        {
            (var start, var taps) = Weigh(sourceLength, from, first + i, scale, filterScale, support, filter, weights);
            axis._starts[i] = start;
            axis._counts[i] = taps;
            var row = axis._weights.AsSpan(i * axis.Taps, axis.Taps);
            for (var k = 0; k < taps; k++)
                row[k] = (int)(weights[k] * (1 << Precision) + (weights[k] < 0 ? -0.5 : 0.5));
            row[taps..].Clear();
        }

        ArrayPool<double>.Shared.Return(weights);
        return axis;
    }

    /// <summary>The weights of one output position, adding up to 1.</summary>
    public static (int Start, int Count) Weigh(
        int sourceLength, float from, int position, double scale, double filterScale, double support, ResampleFilter filter,
        Span<double> weights)
    {
        var center = from + (position + 0.5) * scale;
        var inverse = 1.0 / filterScale;
        var start = Math.Max((int)(center - support + 0.5), 0);
        var count = Math.Min((int)(center + support + 0.5), sourceLength) - start;
        double sum = 0;
        for (var k = 0; k < count; k++)
        {
            weights[k] = FilterKernel.Weight(filter, (k + start - center + 0.5) * inverse);
            sum += weights[k];
        }

        for (var k = 0; k < count && sum != 0; k++)
            weights[k] /= sum;
        return (start, count);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
        ArrayPool<int>.Shared.Return(_weights);
    }
}
