using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers.Samples;

/// <summary>
/// Fewer coordinates for samples with more features than rows: the rows are turned into the space that they span (a factor of
/// their Gram matrix by Cholesky's method with pivots). Lengths and angles stay, so a linear model with L2 regularisation, turned
/// back, is the one that would have been found on the features themselves, in a fraction of the time.
/// </summary>
internal sealed class SampleSpace
{
    /// <summary>What is left of a row's square, against the longest row's, when it counts as spanned by others.</summary>
    private const double Spanned = 1e-7;

    private readonly FeatureMatrix _samples;
    private readonly int[] _pivots;

    /// <summary>Lower triangular, r x r: the coordinates of the pivot rows.</summary>
    private readonly double[] _factor;

    private SampleSpace(FeatureMatrix samples, FeatureMatrix rows, int[] pivots, double[] factor) =>
        (_samples, Rows, _pivots, _factor) = (samples, rows, pivots, factor);

    /// <summary>The samples with r coordinates, r at most the number of rows; labels, weights and groups as they were.</summary>
    public FeatureMatrix Rows { get; }

    /// <summary>Whether there are enough more features than rows for this to pay.</summary>
    public static bool Pays(FeatureMatrix samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Count <= 4096 && samples.FeatureCount > 2L * samples.Count;
    }

    /// <summary>Makes the space of samples, which must stay as they are.</summary>
    /// <param name="samples">At least one row.</param>
    /// <param name="threads">Most threads; 0 for all cores. Has no influence on the result.</param>
    public static SampleSpace Of(FeatureMatrix samples, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var count = samples.Count;
        var gram = Gram(samples, threads);
        var left = new double[count];
        for (var i = 0; i < count; i++)
            left[i] = gram[i * count + i];
        var least = Spanned * Math.Max(left.Max(), double.Epsilon);
        var coordinates = new double[count * count];
        List<int> pivots = [];
        while (pivots.Count < count)
        {
            var pivot = Array.IndexOf(left, left.Max());
            var rank = pivots.Count;
            if (left[pivot] <= least && rank > 0)
                break;
            var root = Math.Sqrt(Math.Max(left[pivot], double.Epsilon));
            ReadOnlySpan<double> own = coordinates.AsSpan(pivot * count, rank);
            for (var i = 0; i < count; i++)
            {
                // A pivot's later coordinates are zero.
                if (double.IsNegativeInfinity(left[i]))
                    continue;
                var value = (gram[i * count + pivot] - DoubleVectors.Dot(coordinates.AsSpan(i * count, rank), own)) / root;
                coordinates[i * count + rank] = i == pivot ? root : value;
                left[i] -= value * value;
            }

            left[pivot] = double.NegativeInfinity;
            pivots.Add(pivot);
        }

        return new SampleSpace(samples, Narrow(samples, coordinates, pivots.Count), [.. pivots],
            Factor(coordinates, pivots, count));
    }

    /// <summary>The coordinates of other samples: of their part within the space, which is all that a model found here
    /// sees.</summary>
    public FeatureMatrix Project(FeatureMatrix others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var projected = others.WithZeros(_pivots.Length);
        for (var i = 0; i < others.Count; i++)
            Project(others.Row(i), projected.Row(i));
        return projected;
    }

    /// <summary>The part of a model on the features that lies within the space, as a model on the coordinates.</summary>
    public LinearModel Project(LinearModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var rank = _pivots.Length;
        var weights = new float[model.ClassCount * rank];
        for (var c = 0; c < model.ClassCount; c++)
            Project(model.Weights.Slice(c * model.FeatureCount, model.FeatureCount), weights.AsSpan(c * rank, rank));
        return new LinearModel(weights, model.Biases.ToArray());
    }

    /// <summary>The model on the features that scores as a model on the coordinates does.</summary>
    public LinearModel Unfold(LinearModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        int rank = _pivots.Length, features = _samples.FeatureCount;
        var weights = new float[checked(model.ClassCount * features)];
        var share = new double[rank];
        var sum = new double[features];
        for (var c = 0; c < model.ClassCount; c++)
        {
            // w = X_P' a with a the solution of L_P' a = v.
            for (var r = rank - 1; r >= 0; r--)
            {
                double value = model.Weights[c * rank + r];
                for (var s = r + 1; s < rank; s++)
                    value -= _factor[s * rank + r] * share[s];
                share[r] = value / _factor[r * rank + r];
            }

            Array.Clear(sum);
            for (var r = 0; r < rank; r++)
            {
                var row = _samples.Row(_pivots[r]);
                for (var k = 0; k < features; k++)
                    sum[k] += share[r] * row[k];
            }

            for (var k = 0; k < features; k++)
                weights[c * features + k] = (float)sum[k];
        }

        return new LinearModel(weights, model.Biases.ToArray());
    }

    private void Project(ReadOnlySpan<float> features, Span<float> coordinates)
    {
        var rank = _pivots.Length;
        var solved = new double[rank];
        for (var r = 0; r < rank; r++)
        {
            var value = Dot(_samples.Row(_pivots[r]), features) - DoubleVectors.Dot(_factor.AsSpan(r * rank, r),
                solved.AsSpan(0, r));
            solved[r] = value / _factor[r * rank + r];
            coordinates[r] = (float)solved[r];
        }
    }

    private static double[] Gram(FeatureMatrix samples, int threads)
    {
        var count = samples.Count;
        var gram = new double[checked(count * count)];
        Work.ForEach(count, Work.Threads(threads, (long)count * count * samples.FeatureCount), i =>
        {
            for (var j = 0; j <= i; j++)
                gram[i * count + j] = Dot(samples.Row(i), samples.Row(j));
        });
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
                gram[j * count + i] = gram[i * count + j];
        }

        return gram;
    }

    // Short sums in single precision, added in double.
    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        const int Block = 512;
        double sum = 0;
        for (var k = 0; k < a.Length; k += Block)
        {
            var length = Math.Min(Block, a.Length - k);
            sum += LinearKernels.Dot(a.Slice(k, length), b.Slice(k, length));
        }

        return sum;
    }

    private static FeatureMatrix Narrow(FeatureMatrix samples, double[] coordinates, int rank)
    {
        var narrow = samples.WithZeros(rank);
        for (var i = 0; i < narrow.Count; i++)
        {
            for (var r = 0; r < rank; r++)
                narrow.Row(i)[r] = (float)coordinates[i * narrow.Count + r];
        }

        return narrow;
    }

    private static double[] Factor(double[] coordinates, List<int> pivots, int count)
    {
        var rank = pivots.Count;
        var factor = new double[rank * rank];
        for (var r = 0; r < rank; r++)
            coordinates.AsSpan(pivots[r] * count, r + 1).CopyTo(factor.AsSpan(r * rank));
        return factor;
    }
}
