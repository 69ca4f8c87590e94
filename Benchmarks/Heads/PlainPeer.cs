using System.Diagnostics;
using MlPipeline.Optimizers;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>
/// The peer of a machine without scikit-learn: maximum entropy by L-BFGS as plain loops in double precision on one thread
/// (Nocedal and Wright, algorithms 7.4 and 7.5, with a backtracking search).
/// </summary>
internal sealed class PlainPeer(TrainingSamples samples, double l2)
{
    private const int HistorySize = 10;

    private readonly int _features = samples.FeatureCount;
    private readonly int _classes = samples.ClassCount;

    public FitCurve Minimize(double tolerance, double mostSeconds)
    {
        var clock = Stopwatch.StartNew();
        List<(double Seconds, double Objective)> points = [];
        List<(double[] Step, double[] Change)> history = [];
        double[] point = new double[_classes * (_features + 1)], gradient = new double[point.Length];
        var value = Evaluate(point, gradient);
        points.Add((clock.Elapsed.TotalSeconds, value));
        while (clock.Elapsed.TotalSeconds < mostSeconds)
        {
            var direction = Direction(gradient, history);
            var slope = Dot(gradient, direction);
            var length = history.Count == 0 ? 1 / Math.Sqrt(Dot(gradient, gradient)) : 1;
            double[] next, nextGradient = new double[point.Length];
            double nextValue;
            while (true)
            {
                next = [.. point.Zip(direction, (p, d) => p + length * d)];
                nextValue = Evaluate(next, nextGradient);
                if (nextValue <= value + 1e-4 * length * slope || length < 1e-12)
                    break;

                length /= 2;
            }

            history.Add(([.. next.Zip(point, (a, b) => a - b)], [.. nextGradient.Zip(gradient, (a, b) => a - b)]));
            if (history.Count > HistorySize)
                history.RemoveAt(0);

            var done = value - nextValue <= tolerance * Math.Abs(value);
            (point, gradient, value) = (next, nextGradient, nextValue);
            points.Add((clock.Elapsed.TotalSeconds, value));
            if (done)
                break;
        }

        return new FitCurve(clock.Elapsed.TotalSeconds, value, 0, points);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];

        return sum;
    }

    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change)> history)
    {
        double[] direction = [.. gradient.Select(g => -g)];
        var alphas = new double[history.Count];
        for (var i = history.Count - 1; i >= 0; i--)
        {
            (var step, var change) = history[i];
            alphas[i] = Dot(step, direction) / Dot(step, change);
            for (var k = 0; k < direction.Length; k++)
                direction[k] -= alphas[i] * change[k];
        }

        if (history.Count > 0)
        {
            (var step, var change) = history[^1];
            var scale = Dot(step, change) / Dot(change, change);
            for (var k = 0; k < direction.Length; k++)
                direction[k] *= scale;
        }

        for (var i = 0; i < history.Count; i++)
        {
            (var step, var change) = history[i];
            var beta = Dot(change, direction) / Dot(step, change);
            for (var k = 0; k < direction.Length; k++)
                direction[k] += (alphas[i] - beta) * step[k];
        }

        return direction;
    }

    private double Evaluate(double[] point, double[] gradient)
    {
        var width = _features + 1;
        double value = 0;
        Array.Clear(gradient);
        for (var i = 0; i < point.Length; i++)
        {
            if (i % width == _features)
                continue;

            value += 0.5 * l2 * point[i] * point[i];
            gradient[i] = l2 * point[i];
        }

        var scores = new double[_classes];
        for (var row = 0; row < samples.Count; row++)
        {
            var x = samples.Features(row);
            for (var c = 0; c < _classes; c++)
            {
                var score = point[c * width + _features];
                for (var k = 0; k < x.Length; k++)
                    score += point[c * width + k] * x[k];

                scores[c] = score;
            }

            var label = samples.Labels[row];
            double top = scores.Max(), labelScore = scores[label], sum = 0;
            for (var c = 0; c < _classes; c++)
                sum += scores[c] = Math.Exp(scores[c] - top);

            value += Math.Log(sum) + top - labelScore;
            for (var c = 0; c < _classes; c++)
            {
                var residual = scores[c] / sum - (c == label ? 1 : 0);
                for (var k = 0; k < x.Length; k++)
                    gradient[c * width + k] += residual * x[k];

                gradient[c * width + _features] += residual;
            }
        }

        return value;
    }
}
