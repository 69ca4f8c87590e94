using System.Runtime.CompilerServices;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Kernels;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Solvers.Objectives;

/// <summary>
/// The smooth part of the maximum entropy objective: sum over rows of weight * -ln p(label) + l2 / 2 * |W|^2, with its gradient.
/// </summary>
/// <remarks>
/// <para>Parameters are W, class after class, then the biases. Features are centred implicitly: the bias that the solver sees is
/// the one at the mean of the rows, b' = b + W mean. This changes nothing but the conditioning.</para>
/// <para>Rows are cut into chunks by the problem's shape alone; each chunk has its own sums, and these are added in order:
/// the result has the same bits whatever the number of threads.</para>
/// </remarks>
internal sealed class SoftmaxObjective
{
    private const int MostChunks = 32;
    private const int FewestRows = 48;
    private const long GradientBytes = 96L << 20;

    private readonly FeatureMatrix _samples;
    private readonly double _l2;
    private readonly int _width;
    private readonly int _classes;
    private readonly int _classStride;
    private readonly int _features;
    private readonly int _chunks;
    private readonly int _chunkRows;
    private readonly int _threads;
    private readonly double[] _mean;
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[][] _gradients;
    private readonly float[][] _scores;
    private readonly double[][] _residualSums;
    private readonly double[] _losses;
    private readonly Action<int> _runChunk;

    public SoftmaxObjective(FeatureMatrix samples, double l2, int threads)
    {
        _samples = samples;
        _l2 = l2;
        _features = samples.FeatureCount;
        _classes = samples.ClassCount;
        _width = Padding.RoundUp(_features);
        _classStride = Padding.RoundUp(_classes);
        var gradientBytes = (long)_classes * samples.Stride * sizeof(float);
        var most = (int)Math.Clamp(GradientBytes / gradientBytes, 2, MostChunks);
        _chunkRows = Math.Max(FewestRows, (samples.Count + most - 1) / most);
        _chunkRows = (_chunkRows + LinearKernels.RowBlock - 1) / LinearKernels.RowBlock * LinearKernels.RowBlock;
        _chunks = Math.Max(1, (samples.Count + _chunkRows - 1) / _chunkRows);
        _threads = Math.Min(_chunks, Work.Threads(threads, 2L * samples.Count * _width * _classes));
        _mean = FeatureScaling.WeightedMean(samples, Math.Max(samples.TotalWeight(), double.Epsilon));
        _weights = new float[checked(_classes * samples.Stride)];
        _biases = new float[_classes];
        _gradients = Allocate(() => new float[_weights.Length]);
        _scores = Allocate(() => new float[LinearKernels.RowBlock * _classStride]);
        _residualSums = Allocate(() => new double[_classes]);
        _losses = new double[_chunks];
        _runChunk = RunChunk;
    }

    /// <summary>The number of parameters: C x K weights and C biases.</summary>
    public int ParameterCount => WeightCount + _classes;

    /// <summary>The number of parameters that are regularised: the weights, which come first.</summary>
    public int WeightCount => _classes * _features;

    /// <summary>The value and (in <paramref name="gradient"/>) the gradient at the parameters.</summary>
    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        LoadParameters(parameters);
        Work.ForEach(_chunks, _threads, _runChunk);

        double value = 0;
        foreach (var loss in _losses)
            value += loss;
        var residualSums = gradient[WeightCount..];
        residualSums.Clear();
        foreach (var sums in _residualSums)
            DoubleVectors.AddScaled(1, sums, residualSums);
        SumGradients(gradient);
        double squares = 0;
        for (var c = 0; c < _classes; c++)
        {
            var w = parameters.Slice(c * _features, _features);
            var g = gradient.Slice(c * _features, _features);
            DoubleVectors.AddScaled(-residualSums[c], _mean, g);
            DoubleVectors.AddScaled(_l2, w, g);
            squares += DoubleVectors.Dot(w, w);
        }

        return value + 0.5 * _l2 * squares;
    }

    /// <summary>The solver's parameters for a model.</summary>
    public double[] ParametersOf(LinearModel? model)
    {
        var parameters = new double[ParameterCount];
        if (model is null)
        {
            // The best start without features: biases that predict the class frequencies.
            var totals = _samples.ClassTotals();
            var total = totals.Sum();
            if (total > 0)
            {
                for (var c = 0; c < _classes; c++)
                    parameters[WeightCount + c] = Math.Log((totals[c] + 0.5) / (total + 0.5 * _classes));
            }

            return parameters;
        }

        if (model.ClassCount != _classes || model.FeatureCount != _features)
        {
            throw new ArgumentException($"The starting model has {model.ClassCount} classes and {model.FeatureCount} features; "
                + $"the samples have {_classes} and {_features}.", nameof(model));
        }

        for (var i = 0; i < WeightCount; i++)
            parameters[i] = model.Weights[i];
        for (var c = 0; c < _classes; c++)
        {
            parameters[WeightCount + c] =
                model.Biases[c] + DoubleVectors.Dot(parameters.AsSpan(c * _features, _features), _mean);
        }

        return parameters;
    }

    /// <summary>The model that parameters stand for.</summary>
    public LinearModel ModelOf(ReadOnlySpan<double> parameters)
    {
        var weights = new float[WeightCount];
        var biases = new float[_classes];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)parameters[i];
        for (var c = 0; c < _classes; c++)
        {
            biases[c] = (float)(parameters[WeightCount + c]
                - DoubleVectors.Dot(parameters.Slice(c * _features, _features), _mean));
        }

        return new LinearModel(weights, biases);
    }

    private T[] Allocate<T>(Func<T> create)
    {
        var all = new T[_chunks];
        for (var i = 0; i < all.Length; i++)
            all[i] = create();
        return all;
    }

    private void LoadParameters(ReadOnlySpan<double> parameters)
    {
        var stride = _samples.Stride;
        for (var c = 0; c < _classes; c++)
        {
            var source = parameters.Slice(c * _features, _features);
            DoubleVectors.Narrow(source, _weights.AsSpan(c * stride, _features));
            _biases[c] = (float)(parameters[WeightCount + c] - DoubleVectors.Dot(source, _mean));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void RunChunk(int chunk)
    {
        var first = chunk * _chunkRows;
        var end = Math.Min(_samples.Count, first + _chunkRows);
        var stride = _samples.Stride;
        var gradient = _gradients[chunk];
        var residualSums = _residualSums[chunk];
        Array.Clear(gradient);
        Array.Clear(residualSums);
        double loss = 0;
        fixed (float* x = _samples.Values, w = _weights, b = _biases, g = gradient, scores = _scores[chunk])
        fixed (double* sums = residualSums)
        {
            for (var row = first; row < end; row += LinearKernels.RowBlock)
            {
                var count = Math.Min(LinearKernels.RowBlock, end - row);
                var xb = x + (nint)row * stride;
                LinearKernels.Scores(xb, count, stride, _width, w, stride, b, _classes, scores, _classStride);
                for (var r = 0; r < count; r++)
                {
                    var z = scores + r * _classStride;
                    loss += Softmax.Residual(z, _classes, _classStride, _samples.Labels[row + r], _samples.WeightOf(row + r));
                    for (var c = 0; c < _classes; c++)
                        sums[c] += z[c];
                }

                LinearKernels.AddOuter(xb, count, stride, _width, scores, _classStride, _classes, g, stride);
            }
        }

        _losses[chunk] = loss;
    }

    private void SumGradients(Span<double> gradient)
    {
        var stride = _samples.Stride;
        gradient[..WeightCount].Clear();
        for (var c = 0; c < _classes; c++)
        {
            var to = gradient.Slice(c * _features, _features);
            foreach (var part in _gradients)
                DoubleVectors.Accumulate(part.AsSpan(c * stride, _features), to);
        }
    }
}
