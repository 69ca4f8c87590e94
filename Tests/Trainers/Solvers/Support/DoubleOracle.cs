using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;

namespace MlPipeline.Trainers.Tests;

/// <summary>Maximum entropy in double precision by damped Newton steps on the full Hessian: slow, plain, exact.</summary>
internal sealed class DoubleOracle(FeatureMatrix samples, double l2, bool regulariseBiases, double lossScale = 1)
{
    private readonly int _features = samples.FeatureCount + 1;
    private readonly int _classes = samples.ClassCount;

    /// <summary>The parameters at the minimum: per class the weights and then the bias.</summary>
    public double[] Minimize()
    {
        var point = new double[_classes * _features];
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var value = Evaluate(point, out var gradient, out var hessian);
            if (gradient.Max(Math.Abs) < 1e-11)
                break;

            var step = Solve(hessian, gradient);
            double length = 1;
            double[] next;
            do
            {
                next = [.. point.Select((p, i) => p - length * step[i])];
                length /= 2;
            }
            while (length > 1e-6 && Evaluate(next, out _, out _) > value);
            point = next;
        }

        return point;
    }

    public double Objective(double[] point) => Evaluate(point, out _, out _);

    public double Objective(LinearModel model) => Objective(Parameters(model));

    public double[] Gradient(LinearModel model)
    {
        Evaluate(Parameters(model), out var gradient, out _);
        return gradient;
    }

    private double[] Parameters(LinearModel model) =>
        [.. Enumerable.Range(0, _classes).SelectMany(c =>
            model.Weights.Slice(c * samples.FeatureCount, samples.FeatureCount).ToArray().Append(model.Biases[c]))
                .Select(v => (double)v)];

    private double Evaluate(double[] point, out double[] gradient, out double[,] hessian)
    {
        gradient = new double[point.Length];
        hessian = new double[point.Length, point.Length];
        double value = 0;
        var p = new double[_classes];
        for (var i = 0; i < samples.Count; i++)
        {
            double[] x = [.. samples.Row(i).ToArray().Select(v => (double)v), 1];
            var weight = lossScale * (samples.Weights.IsEmpty ? 1 : samples.Weights[i]);
            for (var c = 0; c < _classes; c++)
                p[c] = Enumerable.Range(0, _features).Sum(k => point[c * _features + k] * x[k]);

            double top = p.Max(), sum = p.Sum(v => Math.Exp(v - top));
            value += weight * (Math.Log(sum) + top - p[samples.Labels[i]]);
            for (var c = 0; c < _classes; c++)
                p[c] = Math.Exp(p[c] - top) / sum;

            for (var c = 0; c < _classes; c++)
            {
                var residual = p[c] - (c == samples.Labels[i] ? 1 : 0);
                for (var k = 0; k < _features; k++)
                    gradient[c * _features + k] += weight * residual * x[k];

                for (var d = 0; d < _classes; d++)
                {
                    var curvature = weight * p[c] * ((c == d ? 1 : 0) - p[d]);
                    for (var k = 0; k < _features; k++)
                    {
                        for (var m = 0; m < _features; m++)
                            hessian[c * _features + k, d * _features + m] += curvature * x[k] * x[m];
                    }
                }
            }
        }

        for (var i = 0; i < point.Length; i++)
        {
            // Biases that are not regularised have a direction without curvature: all may shift together.
            var bias = i % _features == _features - 1;
            var strength = bias && !regulariseBiases ? 0 : l2;
            value += 0.5 * strength * point[i] * point[i];
            gradient[i] += strength * point[i];
            hessian[i, i] += bias && !regulariseBiases ? 1e-8 : l2;
        }

        return value;
    }

    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        var a = (double[,])matrix.Clone();
        var b = (double[])right.Clone();
        for (var i = 0; i < n; i++)
        {
            var pivot = Enumerable.Range(i, n - i).MaxBy(r => Math.Abs(a[r, i]));
            for (var k = 0; k < n; k++)
                (a[i, k], a[pivot, k]) = (a[pivot, k], a[i, k]);

            (b[i], b[pivot]) = (b[pivot], b[i]);
            for (var r = i + 1; r < n; r++)
            {
                var factor = a[r, i] / a[i, i];
                for (var k = i; k < n; k++)
                    a[r, k] -= factor * a[i, k];

                b[r] -= factor * b[i];
            }
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                b[i] -= a[i, k] * b[k];

            b[i] /= a[i, i];
        }

        return b;
    }
}
