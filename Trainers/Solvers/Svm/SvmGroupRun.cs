using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers.Svm;

/// <summary>
/// The dual coordinate descent of some classes, each against all others. The classes know nothing of each other: they only look
/// at a row together while it is in the cache, in an order that depends on the seed and the pass alone.
/// </summary>
internal sealed unsafe class SvmGroupRun
{
    /// <summary>Classes of a group at most: bits of a row's mask.</summary>
    public const int MostClasses = 16;

    private readonly FeatureMatrix _samples;
    private readonly SvmOptions _options;
    private readonly int _first;
    private readonly int _count;
    private readonly float[] _squaredNorms;
    private readonly CancellationToken _cancellation;
    private readonly int _stride;
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly double[] _alphas;
    private readonly ushort[] _active;
    private readonly ClassState[] _states;

    public SvmGroupRun(FeatureMatrix samples, SvmOptions options, int first, int count, float[] squaredNorms,
        CancellationToken cancellation)
    {
        _samples = samples;
        _options = options;
        _first = first;
        _count = count;
        _squaredNorms = squaredNorms;
        _cancellation = cancellation;
        _stride = samples.Stride;
        _weights = new float[count * _stride];
        _biases = new float[count];
        _alphas = new double[(long)samples.Count * count];
        _active = new ushort[samples.Count];
        _states = [.. Enumerable.Range(0, count).Select(_ => new ClassState(samples.Count))];
    }

    /// <summary>Passes made for a class of the group.</summary>
    public int PassesOf(int index) => _states[index].Passes;

    public ReadOnlySpan<float> WeightsOf(int index) => _weights.AsSpan(index * _stride, _samples.FeatureCount);

    public float BiasOf(int index) => _biases[index];

    /// <summary>Runs every class to the tolerance.</summary>
    public void Minimize()
    {
        var random = new Random(_options.Seed);
        int[] order = [.. Enumerable.Range(0, _samples.Count)];
        var running = (ushort)((1 << _count) - 1);
        Array.Fill(_active, running);
        for (var pass = 0; running != 0 && pass < _options.MaximumIterations; pass++)
        {
            _cancellation.ThrowIfCancellationRequested();
            random.Shuffle(order);
            foreach (var state in _states)
                state.Begin();
            Pass(order);
            for (var c = 0; c < _count; c++)
            {
                if ((running >> c & 1) != 0 && EndPass(c))
                    running &= (ushort)~(1 << c);
            }
        }
    }

    /// <summary>The primal objectives of the classes.</summary>
    public double[] Objectives()
    {
        var width = Padding.RoundUp(_samples.FeatureCount);
        var objectives = new double[_count];
        var scores = stackalloc float[MostClasses];
        fixed (float* rows = _samples.Values, weights = _weights, biases = _biases)
        {
            for (var row = 0; row < _samples.Count; row++)
            {
                LinearKernels.RowScores(rows + (nint)row * _stride, width, weights, _stride, biases, _count, scores);
                for (var c = 0; c < _count; c++)
                {
                    var slack = Math.Max(0, 1 - Sign(row, c) * (double)scores[c]);
                    objectives[c] += _options.C * _samples.WeightOf(row) * slack * slack;
                }
            }
        }

        for (var c = 0; c < _count; c++)
            objectives[c] += 0.5 * (LinearKernels.Dot(WeightsOf(c), WeightsOf(c)) + (double)_biases[c] * _biases[c]);
        return objectives;
    }

    private int Sign(int row, int index) => _samples.Labels[row] == _first + index ? 1 : -1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pass(int[] order)
    {
        var width = Padding.RoundUp(_samples.FeatureCount);
        var scores = stackalloc float[MostClasses];
        fixed (float* rows = _samples.Values, weights = _weights, biases = _biases)
        {
            for (var at = 0; at < order.Length; at++)
            {
                var row = order[at];
                uint mask = _active[row];
                var weight = _samples.WeightOf(row);
                if (mask == 0 || weight == 0f)
                    continue;
                var x = rows + (nint)row * _stride;
                Prefetch(order, at + 2, rows);
                var diagonal = 0.5 / (_options.C * weight);
                if (BitOperations.PopCount(mask) * 2 > _count)
                    LinearKernels.RowScores(x, width, weights, _stride, biases, _count, scores);
                else
                    ActiveScores(mask, x, width, weights, biases, scores);
                for (; mask != 0; mask &= mask - 1)
                {
                    var c = BitOperations.TrailingZeroCount(mask);
                    Visit(row, c, scores[c], diagonal);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(int[] order, int at, float* rows)
    {
        if (!Sse.IsSupported || at >= order.Length || _active[order[at]] == 0)
            return;
        var next = (byte*)(rows + (nint)order[at] * _stride);
        for (var line = 0; line < _stride * sizeof(float); line += 64)
            Sse.Prefetch0(next + line);
    }

    private void ActiveScores(uint mask, float* x, int width, float* weights, float* biases, float* scores)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            var c = BitOperations.TrailingZeroCount(mask);
            LinearKernels.RowScores(x, width, weights + c * _stride, _stride, biases + c, 1, scores + c);
        }
    }

    /// <summary>One coordinate step of a class; a row that sits at its bound is left out until the end.</summary>
    private void Visit(int row, int c, float score, double diagonal)
    {
        var state = _states[c];
        ref var alpha = ref _alphas[(long)row * _count + c];
        var sign = Sign(row, c);
        var gradient = sign * (double)score - 1 + diagonal * alpha;
        var projected = gradient;
        if (alpha <= 0)
        {
            if (gradient > state.UpperBound)
            {
                Shrink(row, c);
                return;
            }

            projected = Math.Min(0, gradient);
        }

        state.Highest = Math.Max(state.Highest, projected);
        state.Lowest = Math.Min(state.Lowest, projected);
        if (Math.Abs(projected) <= 1e-12)
            return;
        var before = alpha;
        alpha = Math.Max(0, before - gradient / (_squaredNorms[row] + diagonal));
        var step = (float)((alpha - before) * sign);
        LinearKernels.AddScaled(step, _samples.Values.Slice(row * _stride, _stride), _weights.AsSpan(c * _stride, _stride));
        _biases[c] += step;
    }

    private void Shrink(int row, int c)
    {
        _active[row] &= (ushort)~(1 << c);
        _states[c].Active--;
    }

    /// <summary>Whether a class is done.</summary>
    private bool EndPass(int c)
    {
        var state = _states[c];
        state.Passes++;
        if (state.Active > 0 && state.Highest - state.Lowest > _options.Tolerance)
        {
            state.UpperBound = state.Highest <= 0 ? double.PositiveInfinity : state.Highest;
            return false;
        }

        // What was shrunk is looked at again before the end.
        var whole = state.Active == _samples.Count;
        state.Reset(_samples.Count);
        for (var i = 0; i < _active.Length; i++)
            _active[i] = (ushort)(whole ? _active[i] & ~(1 << c) : _active[i] | (1 << c));
        return whole;
    }

    private sealed class ClassState(int rows)
    {
        public int Active = rows;
        public int Passes;
        public double Highest;
        public double Lowest;
        public double UpperBound = double.PositiveInfinity;

        public void Begin() => (Highest, Lowest) = (double.NegativeInfinity, double.PositiveInfinity);

        public void Reset(int rows) =>
            (Active, UpperBound) = (rows, double.PositiveInfinity);
    }
}
