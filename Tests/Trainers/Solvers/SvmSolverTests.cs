using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Svm;

namespace MlPipeline.Trainers.Tests;

public class SvmSolverTests
{
    [Theory]
    [InlineData(0.25, 0.5)]
    [InlineData(10, 40.0 / 41)]
    public void Two_points_have_the_solution_worked_out_by_hand(double c, double weight)
    {
        // 1/2 w^2 + 2 C (1 - w)^2: 4 C / (1 + 4 C).
        var samples = new FeatureMatrix([1f, -1f], 1, [0, 1], ["a", "b"]);
        var result = SvmSolver.Minimize(samples, new SvmOptions { C = c, Tolerance = 1e-9 });
        Assert.Equal(weight, result.Model.Weights[0], 1e-5);
        Assert.Equal(-weight, result.Model.Weights[1], 1e-5);
        Assert.Equal(0, result.Model.Biases[0], 1e-5);
    }

    [Fact]
    public void Squared_hinge_solution_has_a_vanishing_gradient()
    {
        var samples = Problems.Blobs(200, 6, 3, 4, weighted: true);
        const double c = 0.3;
        var result = SvmSolver.Minimize(samples, new SvmOptions { C = c, Tolerance = 1e-5, MaximumIterations = 20000 });
        for (var positive = 0; positive < 3; positive++)
        {
            double[] w = [.. result.Model.Weights.Slice(positive * 6, 6).ToArray()
                .Select(v => (double)v), result.Model.Biases[positive]];
            double[] gradient = [.. w];
            for (var i = 0; i < samples.Count; i++)
            {
                double[] x = [.. samples.Row(i).ToArray().Select(v => (double)v), 1];
                double sign = samples.Labels[i] == positive ? 1 : -1;
                var slack = Math.Max(0, 1 - sign * w.Zip(x, (a, b) => a * b).Sum());
                for (var k = 0; k < 7; k++)
                    gradient[k] -= 2 * c * samples.Weights[i] * slack * sign * x[k];
            }

            Assert.All(gradient, g => Assert.Equal(0, g, 0.01));
        }
    }

    [Fact]
    public void Rows_of_no_weight_do_not_count()
    {
        var samples = Problems.Blobs(120, 5, 3, 4);
        float[] weights = [.. Enumerable.Range(0, 120).Select(i => i % 3 == 0 ? 0f : 1f)];
        var without = samples.Subset([.. Enumerable.Range(0, 120).Where(i => i % 3 != 0)]);
        var silent = new FeatureMatrix(
            [.. Enumerable.Range(0, 120).SelectMany(i => samples.Row(i).ToArray())], 5, samples.Labels,
            samples.ClassNames, weights);
        var options = new SvmOptions { C = 0.1, Tolerance = 1e-5, MaximumIterations = 20000 };
        SolverResult a = SvmSolver.Minimize(silent, options), b = SvmSolver.Minimize(without, options);
        Assert.True(a.Converged && b.Converged);
        Problems.AssertClose(a.Model.Weights, b.Model.Weights, 1e-3);
    }

    [Fact]
    public void Same_bits_with_any_number_of_threads_and_weights_count_as_repetitions()
    {
        var samples = Problems.Blobs(400, 64, 20);
        var one = SvmSolver.Minimize(samples, new SvmOptions { C = 0.01, Threads = 1 });
        foreach (var threads in (int[])[2, 3])
            Problems.AssertSameBits(one.Model, SvmSolver.Minimize(samples, new SvmOptions { C = 0.01, Threads = threads }).Model);

        var weighted = Problems.Blobs(100, 5, 3, 9, weighted: true);
        var options = new SvmOptions { C = 0.1, Tolerance = 1e-5, MaximumIterations = 20000 };
        SolverResult a = SvmSolver.Minimize(weighted, options), b = SvmSolver.Minimize(Problems.Repeated(weighted), options);
        Problems.AssertClose(a.Model.Weights, b.Model.Weights, 1e-3);
    }
}
