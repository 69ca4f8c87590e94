using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch has it: w = w (1 - rate decay); m and v are means of
/// the gradient and its square, corrected for their beginning; w = w - rate m / (sqrt(v) + epsilon).
/// </summary>
public sealed class AdamWOptimizer : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    /// <summary>An optimizer.</summary>
    /// <param name="settings">The parameters to change, and how.</param>
    /// <param name="beta1">What the mean of gradients keeps of itself at each step; default 0.9.</param>
    /// <param name="beta2">The same of squares; default 0.999.</param>
    /// <param name="epsilon">Keeps the divisor from 0; default 1e-8.</param>
    /// <exception cref="ArgumentException">A setting is not possible, or a parameter is named twice.</exception>
    public AdamWOptimizer(
        IEnumerable<ParameterSettings> settings, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(settings, 2)
    {
        if (beta1 is not (>= 0 and < 1) || beta2 is not (>= 0 and < 1) || !(epsilon >= 0))
        {
            throw new ArgumentException(
                $"The betas are {beta1} and {beta2} (from 0 to less than 1), epsilon is {epsilon} (at least 0).");
        }

        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Update(Span<float> values, ReadOnlySpan<float> gradients, float[][] state, Range range,
        double learningRate, double weightDecay)
    {
        Span<float> means = state[0].AsSpan(range), squares = state[1].AsSpan(range);
        var kept = (float)(1 - (learningRate * weightDecay));
        float beta1 = (float)_beta1, beta2 = (float)_beta2;
        var rate = (float)(learningRate / (1 - Math.Pow(_beta1, Steps)));
        var root = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, Steps)));
        var epsilon = (float)_epsilon;
        var w = MemoryMarshal.Cast<float, Vector<float>>(values);
        var m = MemoryMarshal.Cast<float, Vector<float>>(means);
        var v = MemoryMarshal.Cast<float, Vector<float>>(squares);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var least = new Vector<float>(epsilon);
        for (var i = 0; i < w.Length; i++)
        {
            m[i] = (m[i] * beta1) + (g[i] * (1 - beta1));
            v[i] = (v[i] * beta2) + (g[i] * (1 - beta2) * g[i]);
            w[i] = (w[i] * kept) - (m[i] * rate / ((Vector.SquareRoot(v[i]) * root) + least));
        }

        for (var i = w.Length * Vector<float>.Count; i < values.Length; i++)
        {
            var gradient = gradients[i];
            means[i] = (means[i] * beta1) + (gradient * (1 - beta1));
            squares[i] = (squares[i] * beta2) + (gradient * (1 - beta2) * gradient);
            values[i] = (values[i] * kept) - (means[i] * rate / ((MathF.Sqrt(squares[i]) * root) + epsilon));
        }
    }
}
