using System.Diagnostics;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Lbfgs;
using MlPipeline.Trainers.Solvers.Svm;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>Our solvers, timed on one problem.</summary>
internal sealed class OurSolvers(FeatureMatrix samples, int threads)
{
    /// <summary>Maximum entropy by L-BFGS.</summary>
    public FitCurve Lbfgs(double l2, double tolerance) => Time(
        told => LbfgsSolver.Minimize(
            samples, new LbfgsOptions { L2Regularization = l2, Tolerance = tolerance, Threads = threads }, progress: told),
        model => EntropyObjective(samples, model, l2));

    /// <summary>Support vector machines, one class against all others.</summary>
    public FitCurve Svm(double c, double tolerance)
    {
        double objective = 0;
        return Time(told =>
        {
            var result = SvmSolver.Minimize(samples, new SvmOptions { C = c, Tolerance = tolerance, Threads = threads });
            objective = result.Objective;
            return result;
        }, _ => objective);
    }

    private static FitCurve Time(Func<Action<SolverProgress>, SolverResult> fit, Func<LinearModel, double> objectiveOf)
    {
        ResidentMemory.ForgetPeak();
        List<(double, double)> points = [];
        var clock = Stopwatch.StartNew();
        var result = fit(progress => points.Add((clock.Elapsed.TotalSeconds, progress.Loss)));
        var seconds = clock.Elapsed.TotalSeconds;
        var peak = ResidentMemory.PeakMb();
        return new FitCurve(seconds, objectiveOf(result.Model), peak, points);
    }

    /// <summary>Sum of -ln p(label) + l2 / 2 |W|^2, in double precision.</summary>
    public static double EntropyObjective(FeatureMatrix samples, LinearModel model, double l2)
    {
        double value = 0;
        foreach (var weight in model.Weights)
            value += 0.5 * l2 * weight * weight;

        var losses = new double[samples.Count];
        Parallel.For(0, samples.Count, row =>
        {
            var x = samples.Row(row);
            var scores = new double[model.ClassCount];
            for (var c = 0; c < scores.Length; c++)
            {
                double score = model.Biases[c];
                var w = model.Weights.Slice(c * x.Length, x.Length);
                for (var k = 0; k < x.Length; k++)
                    score += (double)w[k] * x[k];

                scores[c] = score;
            }

            var top = scores.Max();
            losses[row] = Math.Log(scores.Sum(score => Math.Exp(score - top))) + top - scores[samples.Labels[row]];
        });
        return value + losses.Sum();
    }
}
