using System.Runtime.CompilerServices;

namespace MlPipeline.Optimizers;

/// <summary>The state of one dual ascent.</summary>
/// <remarks>
/// With a_i the dual distribution of example i and N the total weight, W = S(V), V = sum of weight_i (e_label - a_i) x_i' / (l2
/// N), S the soft threshold at l1 / l2. The duality gap is the weighted mean of the relative entropies of a_i and softmax(W x_i).
/// </remarks>
internal sealed unsafe class SdcaRun
{
    private const int DefaultIterations = 500;
    private const int GapRows = 256;
    private const float StepAccuracy = 1e-3f;

    // An iteration of L-BFGS takes as long as a pass, and a few tens of them are enough for most problems.
    private const int FewestPasses = 3;
    private const double WorthPolish = 10;

    private readonly SdcaOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly TrainingSamples _samples;
    private readonly double _l2;
    private readonly float _threshold;
    private readonly double _inverseL2N;
    private readonly int _group;
    private readonly int _groups;
    private readonly int _width;
    private readonly int _classes;
    private readonly int _padded;
    private readonly int _threads;
    private readonly float[] _duals;
    private readonly float[] _products;
    private readonly float[] _dualWeights;
    private readonly float[] _dualBiases;
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[] _scores;
    private readonly float[] _changes;
    private readonly Random _random;

    public SdcaRun(TrainingSamples samples, SdcaOptions options, LinearModel? start, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _random = new Random(options.Seed);
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        if (options.Shuffle)
            _random.Shuffle(order);

        _samples = samples.Subset(order);
        _l2 = options.L2Regularization ?? SdcaOptions.AutomaticL2(samples.Count);
        _threshold = (float)(options.L1Regularization / _l2);
        _inverseL2N = 1 / (_l2 * samples.TotalWeight());
        _width = Padding.RoundUp(samples.FeatureCount);
        _classes = samples.ClassCount;
        _padded = Padding.RoundUp(_classes);

        // The soft threshold is not linear: with L1 the weights are needed anew after each example.
        _group = _threshold > 0 ? 1 : 2 * LinearKernels.RowBlock;
        _groups = (samples.Count + _group - 1) / _group;
        _threads = Work.Threads(options.Threads, (long)_group * _width * _classes);
        _products = InnerProducts();
        _dualWeights = new float[_classes * samples.Stride];
        _dualBiases = new float[_classes];
        _weights = _threshold > 0 ? new float[_dualWeights.Length] : _dualWeights;
        _biases = _threshold > 0 ? new float[_classes] : _dualBiases;
        _scores = new float[_group * _padded];
        _changes = new float[_group * _padded];
        _duals = new float[checked(samples.Count * _padded)];
        InitializeDuals(start);
        WeightsFromDuals();
    }

    public SolverResult Minimize(Action<SolverProgress>? progress)
    {
        int[] order = [.. Enumerable.Range(0, _groups)];
        int[] inner = [.. Enumerable.Range(0, _group)];
        var most = _options.MaximumIterations ?? DefaultIterations;
        var nextCheck = _options.CheckFrequency ?? 1;
        double objective = 0, gapBefore = double.PositiveInfinity;
        var converged = false;
        int iteration = 0, before = 0;
        while (!converged && iteration < most)
        {
            if (_options.Shuffle)
                _random.Shuffle(order);

            foreach (var group in order)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (_options.Shuffle)
                    _random.Shuffle(inner);

                Ascend(group, inner);
            }

            iteration++;
            if (iteration >= nextCheck || iteration == most)
            {
                nextCheck = iteration + (_options.CheckFrequency ?? Math.Max(1, iteration / 6));
                WeightsFromDuals();
                var gap = Gap(out objective);
                progress?.Invoke(new SolverProgress(iteration, objective));
                converged = gap <= _options.ConvergenceTolerance * objective;
                if (!converged && _options.Polish && _threshold == 0 && iteration >= FewestPasses && iteration < most
                    && PassesLeft(gap, gapBefore, iteration - before, objective) > WorthPolish)
                {
                    return Polish(progress, iteration, most);
                }

                (gapBefore, before) = (gap, iteration);
            }
        }

        return new SolverResult(Model(), objective, iteration, converged);
    }

    /// <summary>How many passes more it takes if the gap goes on to close as fast as since the last look at it.</summary>
    private double PassesLeft(double gap, double gapBefore, int passes, double objective) => gap >= gapBefore
        ? double.PositiveInfinity
        : passes * Math.Log(gap / (_options.ConvergenceTolerance * objective)) / Math.Log(gapBefore / gap);

    /// <summary>
    /// Goes on from W by L-BFGS. With softmax(W x_i) for a_i the duality gap is |gradient|^2 / (2 l2), so that the same gap ends
    /// it.
    /// </summary>
    private SolverResult Polish(Action<SolverProgress>? progress, int passes, int most)
    {
        double total = 1 / (_inverseL2N * _l2), l2 = _l2 * total;
        var objective = new SoftmaxObjective(_samples, l2, _options.Threads, regularizesBiases: true);
        var options = new LbfgsOptions { MaximumIterations = most - passes };
        var result = new LbfgsRun(objective, options, objective.ParametersOf(Model()),
            step => progress?.Invoke(new SolverProgress(passes + step.Iteration, step.Loss / total)), _cancellation,
            (value, gradient) => objective.SquaredLength(gradient) <= 2 * l2 * _options.ConvergenceTolerance * value).Minimize();
        return result with { Objective = result.Objective / total, Iterations = passes + result.Iterations };
    }

    /// <summary>One step for each example of a group, in the given order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Ascend(int group, int[] inner)
    {
        var first = group * _group;
        var count = Math.Min(_group, _samples.Count - first);
        Scores(first, count);
        Array.Clear(_changes);
        fixed (float* scores = _scores, changes = _changes, duals = _duals)
        {
            foreach (var i in inner)
            {
                var weight = i < count ? _samples.WeightOf(first + i) : 0f;
                if (weight == 0f)
                    continue;

                var z = scores + i * _padded;
                var a = duals + (nint)(first + i) * _padded;
                var change = changes + i * _padded;
                var factor = (float)(weight * _inverseL2N);
                ReadOnlySpan<float> products = _products.AsSpan((first + i) * _group, count);
                for (var c = 0; c < _padded; c++)
                    change[c] = a[c];

                EntropyStep.Solve(z, a, _classes, _padded, factor * products[i], StepAccuracy);
                for (var c = 0; c < _padded; c++)
                    change[c] = factor * (change[c] - a[c]);

                for (var j = 0; j < count; j++)
                {
                    if (j != i)
                        LinearKernels.AddScaled(products[j], new ReadOnlySpan<float>(change, _padded), new Span<float>(scores + j * _padded, _padded));
                }
            }
        }

        AddChanges(first, count);
        if (_threshold > 0)
            Shrink();
    }

    /// <summary>The scores of consecutive examples.</summary>
    private void Scores(int first, int count)
    {
        var blocks = (count + LinearKernels.RowBlock - 1) / LinearKernels.RowBlock;
        Work.ForEach(blocks, _threads, block =>
        {
            var row = block * LinearKernels.RowBlock;
            var rows = Math.Min(LinearKernels.RowBlock, count - row);
            fixed (float* x = &_samples.Rows[(first + row) * _samples.Stride], w = _weights, b = _biases, z = &_scores[row * _padded])
            {
                LinearKernels.Scores(x, rows, _samples.Stride, _width, w, _samples.Stride, b, _classes, z, _padded);
            }
        });
    }

    /// <summary>V += changes' X for consecutive examples.</summary>
    private void AddChanges(int first, int count)
    {
        var stride = _samples.Stride;
        var share = (_classes + _threads - 1) / _threads;
        Work.ForEach(_threads, _threads, part =>
        {
            var from = part * share;
            var classes = Math.Min(share, _classes - from);
            if (classes <= 0)
                return;

            fixed (float* x = &_samples.Rows[first * stride], v = &_dualWeights[from * stride], r = &_changes[from])
            {
                LinearKernels.AddOuter(x, count, stride, _width, r, _padded, classes, v, stride);
            }
        });

        for (var i = 0; i < count; i++)
        {
            for (var c = 0; c < _classes; c++)
                _dualBiases[c] += _changes[i * _padded + c];
        }
    }

    /// <summary>W = S(V): the soft threshold.</summary>
    private void Shrink()
    {
        for (var i = 0; i < _weights.Length; i++)
            _weights[i] = Shrunk(_dualWeights[i]);

        for (var c = 0; c < _classes; c++)
            _biases[c] = Shrunk(_dualBiases[c]);
    }

    private float Shrunk(float value) => MathF.CopySign(Math.Max(0f, MathF.Abs(value) - _threshold), value);

    private void InitializeDuals(LinearModel? start)
    {
        var scores = new float[_classes];
        for (var i = 0; i < _samples.Count; i++)
        {
            var dual = _duals.AsSpan(i * _padded, _classes);
            if (start is null)
            {
                dual[_samples.LabelArray[i]] = 1f;
                continue;
            }

            start.Scores(_samples.Features(i), scores);
            LinearModel.Softmax(scores);
            scores.CopyTo(dual);
        }
    }

    /// <summary>Computes V and W from the duals, free of the rounding that steps accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WeightsFromDuals()
    {
        Array.Clear(_dualWeights);
        Array.Clear(_dualBiases);
        for (var group = 0; group < _groups; group++)
        {
            var first = group * _group;
            var count = Math.Min(_group, _samples.Count - first);
            for (var i = 0; i < count; i++)
            {
                var factor = _samples.WeightOf(first + i) * _inverseL2N;
                var label = _samples.LabelArray[first + i];
                for (var c = 0; c < _padded; c++)
                    _changes[i * _padded + c] = (float)(factor * ((c == label ? 1.0 : 0.0) - _duals[(first + i) * _padded + c]));
            }

            AddChanges(first, count);
        }

        if (_threshold > 0)
            Shrink();
    }

    /// <summary>The duality gap and the primal objective at W.</summary>
    private double Gap(out double objective)
    {
        // Blocks are cut by the problem alone, and their sums are added in order.
        var blocks = (_samples.Count + GapRows - 1) / GapRows;
        var sums = new (double Gap, double Loss)[blocks];
        Work.ForEach(blocks, Work.Threads(_options.Threads, (long)_samples.Count * _width * _classes), block => sums[block] = BlockGap(block * GapRows));
        double gap = 0, loss = 0;
        foreach ((var blockGap, var blockLoss) in sums)
        {
            gap += blockGap;
            loss += blockLoss;
        }

        double squares = 0, magnitudes = 0;
        foreach (var weight in _weights.Concat(_biases))
        {
            squares += (double)weight * weight;
            magnitudes += Math.Abs(weight);
        }

        var total = _inverseL2N * _l2;
        objective = loss * total + 0.5 * _l2 * squares + _options.L1Regularization * magnitudes;
        return gap * total;
    }

    private (double Gap, double Loss) BlockGap(int first)
    {
        int count = Math.Min(GapRows, _samples.Count - first), stride = _samples.Stride;
        var scores = new float[count * _padded];
        double gap = 0, loss = 0;
        fixed (float* x = &_samples.Rows[first * stride], w = _weights, b = _biases, z = scores, duals = &_duals[first * _padded])
        {
            LinearKernels.Scores(x, count, stride, _width, w, stride, b, _classes, z, _padded);
            for (var i = 0; i < count; i++)
            {
                double weight = _samples.WeightOf(first + i);
                gap += weight * EntropyStep.Divergence(z + i * _padded, duals + i * _padded, _classes, out var logSum);
                loss += weight * (logSum - z[i * _padded + _samples.LabelArray[first + i]]);
            }
        }

        return (gap, loss);
    }

    /// <summary>x_i . x_j + 1 for all pairs within each group (1 for the bias).</summary>
    private float[] InnerProducts()
    {
        var products = new float[checked(_samples.Count * _group)];
        Work.ForEach(_groups, Work.Threads(_options.Threads, (long)_samples.Count * _group * _width / 2), group =>
        {
            var first = group * _group;
            var count = Math.Min(_group, _samples.Count - first);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    var product = 1f + LinearKernels.Dot(_samples.Features(first + i), _samples.Features(first + j));
                    products[(first + i) * _group + j] = product;
                    products[(first + j) * _group + i] = product;
                }
            }
        });
        return products;
    }

    private LinearModel Model()
    {
        var features = _samples.FeatureCount;
        var weights = new float[_classes * features];
        for (var c = 0; c < _classes; c++)
            _weights.AsSpan(c * _samples.Stride, features).CopyTo(weights.AsSpan(c * features));

        return new LinearModel(weights, [.. _biases]);
    }
}
