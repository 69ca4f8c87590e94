using System.Numerics;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers.Sgd;

/// <summary>The state of one descent.</summary>
internal sealed unsafe class SgdRun
{
    private readonly FeatureMatrix _samples;
    private readonly SgdOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly int _stride;
    private readonly int _width;
    private readonly int _classes;
    private readonly int _padded;
    private readonly int _threads;
    private readonly double _meanWeight;
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[] _velocity;
    private readonly float[] _biasVelocity;
    private readonly float[] _gradient;
    private readonly float[] _biasGradient;
    private readonly float[] _batch;
    private readonly float[] _scores;
    private double _lossSum;
    private double _rightSum;

    public SgdRun(FeatureMatrix samples, SgdOptions options, LinearModel? start, CancellationToken cancellation)
    {
        _samples = samples;
        _options = options;
        _cancellation = cancellation;
        _stride = samples.Stride;
        _width = Padding.RoundUp(samples.FeatureCount);
        _classes = samples.ClassCount;
        _padded = Padding.RoundUp(_classes);
        var batch = Math.Min(options.BatchSize, samples.Count);
        _threads = Work.Threads(options.Threads, (long)batch * _width * _classes);
        _meanWeight = samples.TotalWeight() / samples.Count;
        _weights = new float[checked(_classes * _stride)];
        _biases = new float[_classes];
        _velocity = new float[_weights.Length];
        _biasVelocity = new float[_classes];
        _gradient = new float[_weights.Length];
        _biasGradient = new float[_classes];
        _batch = new float[batch * _stride];
        _scores = new float[batch * _padded];
        if (start is not null)
            Load(start);
    }

    public SolverResult Minimize(Func<SgdEpoch, bool>? afterEpoch)
    {
        var random = new Random(_options.Seed);
        int[] order = [.. Enumerable.Range(0, _samples.Count)];
        var size = Math.Min(_options.BatchSize, order.Length);
        var batches = (order.Length + size - 1) / size;
        var total = _samples.TotalWeight();
        double meanLoss = 0;
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            random.Shuffle(order);
            _lossSum = 0;
            _rightSum = 0;
            double rate = 0;
            for (var batch = 0; batch < batches; batch++)
            {
                _cancellation.ThrowIfCancellationRequested();
                rate = _options.LearningRate(epoch + (double)batch / batches);
                var first = batch * size;
                Step(order.AsSpan(first, Math.Min(size, order.Length - first)), (float)rate);
            }

            meanLoss = _lossSum / total;
            if (!double.IsFinite(meanLoss))
                return new SolverResult(Model(), double.NaN, epoch + 1, false);
            var done = new SgdEpoch(epoch + 1, batches, meanLoss, _rightSum / total, rate, Model);
            if (afterEpoch is not null && !afterEpoch(done))
                return new SolverResult(Model(), meanLoss, epoch + 1, true);
        }

        return new SolverResult(Model(), meanLoss, _options.Epochs, false);
    }

    private void Step(ReadOnlySpan<int> rows, float rate)
    {
        for (var r = 0; r < rows.Length; r++)
            _samples.Values.Slice(rows[r] * _stride, _stride).CopyTo(_batch.AsSpan(r * _stride));
        var count = rows.Length;
        Scores(count);
        Array.Clear(_biasGradient);
        fixed (float* scores = _scores)
        {
            for (var r = 0; r < count; r++)
            {
                var label = _samples.Labels[rows[r]];
                var weight = _samples.WeightOf(rows[r]);
                var z = scores + r * _padded;
                if (Softmax.Largest(new ReadOnlySpan<float>(z, _classes)) == label)
                    _rightSum += weight;
                var factor = (float)(1 / (_meanWeight * count));
                _lossSum += Softmax.Residual(z, _classes, _padded, label, weight * factor) / factor;
                for (var c = 0; c < _classes; c++)
                    _biasGradient[c] += z[c];
            }
        }

        AddGradient(count);
        Move(_weights, _velocity, _gradient, rate, (float)_options.L2Regularization, (float)_options.L1Regularization);
        Move(_biases, _biasVelocity, _biasGradient, rate, 0f, 0f);
    }

    private void Scores(int count)
    {
        var blocks = (count + LinearKernels.RowBlock - 1) / LinearKernels.RowBlock;
        Work.ForEach(blocks, _threads, block =>
        {
            var row = block * LinearKernels.RowBlock;
            fixed (float* x = &_batch[row * _stride], w = _weights, b = _biases, z = &_scores[row * _padded])
            {
                LinearKernels.Scores(x, Math.Min(LinearKernels.RowBlock, count - row), _stride, _width, w, _stride, b, _classes,
                    z,
                    _padded);
            }
        });
    }

    private void AddGradient(int count)
    {
        Array.Clear(_gradient);
        var share = (_classes + _threads - 1) / _threads;
        Work.ForEach(_threads, _threads, part =>
        {
            var from = part * share;
            var classes = Math.Min(share, _classes - from);
            if (classes <= 0)
                return;
            fixed (float* x = _batch, r = &_scores[from], g = &_gradient[from * _stride])
            {
                LinearKernels.AddOuter(x, count, _stride, _width, r, _padded, classes, g, _stride);
            }
        });
    }

    private void Move(float[] values, float[] velocities, float[] gradients, float rate, float l2, float l1)
    {
        var momentum = (float)_options.Momentum;
        var nesterov = _options.Nesterov;
        var lanes = Vector<float>.Count;
        var i = 0;
        if (l1 == 0f)
        {
            for (; i + lanes <= values.Length; i += lanes)
            {
                var value = new Vector<float>(values, i);
                var descent = rate * (new Vector<float>(gradients, i) + l2 * value);
                var velocity = momentum * new Vector<float>(velocities, i) - descent;
                velocity.CopyTo(velocities, i);
                (value + (nesterov ? momentum * velocity - descent : velocity)).CopyTo(values, i);
            }
        }

        for (; i < values.Length; i++)
        {
            var descent = rate * (gradients[i] + l2 * values[i]);
            velocities[i] = momentum * velocities[i] - descent;
            var moved = values[i] + (nesterov ? momentum * velocities[i] - descent : velocities[i]);
            values[i] = l1 == 0f ? moved : MathF.CopySign(Math.Max(0f, MathF.Abs(moved) - rate * l1), moved);
        }
    }

    private void Load(LinearModel start)
    {
        var features = _samples.FeatureCount;
        if (start.ClassCount != _classes || start.FeatureCount != features)
        {
            throw new ArgumentException($"The starting model has {start.ClassCount} classes and {start.FeatureCount} features; "
                + $"the samples have {_classes} and {features}.", nameof(start));
        }

        for (var c = 0; c < _classes; c++)
            start.Weights.Slice(c * features, features).CopyTo(_weights.AsSpan(c * _stride));
        start.Biases.CopyTo(_biases);
    }

    private LinearModel Model()
    {
        var features = _samples.FeatureCount;
        var weights = new float[_classes * features];
        for (var c = 0; c < _classes; c++)
            _weights.AsSpan(c * _stride, features).CopyTo(weights.AsSpan(c * features));
        return new LinearModel(weights, [.. _biases]);
    }
}
