using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum, also Nesterov's (Sutskever et al. 2013), as PyTorch has it: g = gradient + decay w;
/// v = momentum v + g (the first v is g); w = w - rate v, or by Nesterov w - rate (g + momentum v).
/// </summary>
public sealed class SgdOptimizer : Optimizer
{
    private readonly float _momentum;
    private readonly bool _nesterov;

    /// <summary>An optimizer.</summary>
    /// <param name="settings">The parameters to change, and how.</param>
    /// <param name="momentum">From 0 to less than 1; default 0.9.</param>
    /// <param name="nesterov">Whether to look ahead by the momentum.</param>
    /// <exception cref="ArgumentException">A setting is not possible, or a parameter is named twice.</exception>
    public SgdOptimizer(IEnumerable<ParameterSettings> settings, double momentum = 0.9, bool nesterov = false)
        : base(settings, momentum == 0 ? 0 : 1)
    {
        if (momentum is not (>= 0 and < 1))
            throw new ArgumentException($"The momentum is {momentum}; it must be from 0 to less than 1.");
        _momentum = (float)momentum;
        _nesterov = nesterov;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Span<float> values, ReadOnlySpan<float> gradients, float[][] state, Range range,
        double learningRate, double weightDecay)
    {
        float rate = (float)learningRate, decay = (float)weightDecay;
        var velocities = state.Length == 0 ? [] : state[0].AsSpan(range);
        var w = MemoryMarshal.Cast<float, Vector<float>>(values);
        var v = MemoryMarshal.Cast<float, Vector<float>>(velocities);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        for (var i = 0; i < w.Length; i++)
        {
            var slope = (w[i] * decay) + g[i];
            if (v.Length > 0)
            {
                v[i] = Steps == 1 ? slope : (v[i] * _momentum) + slope;
                slope = _nesterov ? (v[i] * _momentum) + slope : v[i];
            }

            w[i] -= slope * rate;
        }

        for (var i = w.Length * Vector<float>.Count; i < values.Length; i++)
        {
            var slope = (values[i] * decay) + gradients[i];
            if (velocities.Length > 0)
            {
                velocities[i] = Steps == 1 ? slope : (velocities[i] * _momentum) + slope;
                slope = _nesterov ? (velocities[i] * _momentum) + slope : velocities[i];
            }

            values[i] -= slope * rate;
        }
    }
}
