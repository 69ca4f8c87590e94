using System.Runtime.CompilerServices;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers.Lbfgs;

/// <summary>The last steps and gradient differences, and the two-loop recursion over them (Nocedal and Wright, algorithm
/// 7.4).</summary>
internal sealed class LbfgsHistory(int capacity)
{
    private readonly List<(double[] Step, double[] Change, double Curvature)> _pairs = [];
    private readonly double[] _alphas = new double[capacity];

    public bool IsEmpty => _pairs.Count == 0;

    public void Clear() => _pairs.Clear();

    /// <summary>Remembers a step and the change of gradient it brought, unless the curvature along it is not positive.</summary>
    public void Add(ReadOnlySpan<double> from, ReadOnlySpan<double> to, ReadOnlySpan<double> gradientFrom,
        ReadOnlySpan<double> gradientTo)
    {
        (var step, var change) = Buffers(from.Length);
        DoubleVectors.Step(to, -1, from, step);
        DoubleVectors.Step(gradientTo, -1, gradientFrom, change);
        var curvature = DoubleVectors.Dot(step, change);
        if (curvature > 1e-12 * Math.Sqrt(DoubleVectors.Dot(step, step) * DoubleVectors.Dot(change, change)))
            _pairs.Add((step, change, curvature));
    }

    /// <summary>direction = -H gradient, with H the approximation of the inverse Hessian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Direction(ReadOnlySpan<double> gradient, Span<double> direction)
    {
        gradient.CopyTo(direction);
        for (var i = _pairs.Count - 1; i >= 0; i--)
        {
            (var step, var change, var curvature) = _pairs[i];
            _alphas[i] = DoubleVectors.Dot(step, direction) / curvature;
            DoubleVectors.AddScaled(-_alphas[i], change, direction);
        }

        double scale = -1;
        if (_pairs.Count > 0)
        {
            (_, var change, var curvature) = _pairs[^1];
            scale = -curvature / DoubleVectors.Dot(change, change);
        }

        for (var i = 0; i < direction.Length; i++)
            direction[i] *= scale;
        for (var i = 0; i < _pairs.Count; i++)
        {
            (var step, var change, var curvature) = _pairs[i];
            var beta = -DoubleVectors.Dot(change, direction) / curvature;
            DoubleVectors.AddScaled(beta - _alphas[i], step, direction);
        }
    }

    private (double[] Step, double[] Change) Buffers(int length)
    {
        if (_pairs.Count < capacity)
            return (new double[length], new double[length]);
        (var step, var change, _) = _pairs[0];
        _pairs.RemoveAt(0);
        return (step, change);
    }
}
