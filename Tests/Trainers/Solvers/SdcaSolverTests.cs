using MlPipeline.Tests.Support;

namespace MlPipeline.Optimizers.Tests;

public class SdcaSolverTests
{
    [Theory]
    [InlineData(80, 4, 3, 0.05, false)]
    [InlineData(150, 6, 5, 0.003, false)]
    [InlineData(90, 3, 4, 0.02, true)]
    public void Reaches_the_optimum_of_a_double_precision_newton(int count, int features, int classes, double l2, bool weighted)
    {
        var samples = Problems.Blobs(count, features, classes, 7, weighted);
        var oracle = new DoubleOracle(samples, l2, regulariseBiases: true, 1 / samples.TotalWeight());
        var best = oracle.Objective(oracle.Minimize());
        var result = SdcaSolver.Minimize(samples,
            new SdcaOptions { L2Regularization = l2, ConvergenceTolerance = 1e-5, MaximumIterations = 5000 });
        Assert.True(result.Converged);
        Assert.Equal(best, result.Objective, 3e-5 * best);
        Assert.Equal(best, oracle.Objective(result.Model), 3e-5 * best);
    }

    [Fact]
    public void Duality_gap_bounds_the_distance_to_the_optimum()
    {
        var samples = Problems.Blobs(200, 8, 4);
        const double l2 = 0.01;
        var best = SdcaSolver.Minimize(samples,
            new SdcaOptions { L2Regularization = l2, ConvergenceTolerance = 1e-6, MaximumIterations = 5000 }).Objective;
        foreach (var tolerance in (double[])[0.3, 0.1, 0.01])
        {
            var result = SdcaSolver.Minimize(samples, new SdcaOptions { L2Regularization = l2, ConvergenceTolerance = tolerance });
            Assert.True(result.Converged);
            Assert.InRange(result.Objective, best * (1 - 1e-5), best / (1 - tolerance));
        }
    }

    [Fact]
    public void With_l1_the_solution_satisfies_the_optimality_conditions()
    {
        const double l1 = 0.03, l2 = 0.02;
        var samples = Problems.Blobs(200, 12, 3, 11);
        var result = SdcaSolver.Minimize(samples, new SdcaOptions
        {
            L1Regularization = l1,
            L2Regularization = l2,
            ConvergenceTolerance = 1e-6,
            MaximumIterations = 3000,
        });
        var gradient = new DoubleOracle(samples, l2, regulariseBiases: true, 1 / samples.TotalWeight()).Gradient(result.Model);
        var zeros = 0;
        for (var c = 0; c < 3; c++)
        {
            for (var k = 0; k < 12; k++)
            {
                var weight = result.Model.Weights[c * 12 + k];
                var g = gradient[c * 13 + k];
                zeros += weight == 0 ? 1 : 0;
                if (weight == 0)
                    Assert.True(Math.Abs(g) <= l1 * 1.02);
                else
                    Assert.Equal(-l1 * Math.Sign(weight), g, l1 * 0.05);
            }
        }

        Assert.InRange(zeros, 3, 35);
    }

    [Fact]
    public void Weights_count_as_repetitions()
    {
        var weighted = Problems.Blobs(100, 5, 3, 9, weighted: true);
        var options = new SdcaOptions { L2Regularization = 0.01, ConvergenceTolerance = 1e-6, MaximumIterations = 5000 };
        SolverResult a = SdcaSolver.Minimize(weighted, options), b = SdcaSolver.Minimize(Problems.Repeated(weighted), options);
        Assert.Equal(a.Objective, b.Objective, 1e-5 * a.Objective);
        Problems.AssertClose(a.Model.Weights, b.Model.Weights, 5e-3);
    }

    [Fact]
    public void Same_bits_with_any_number_of_threads_and_again()
    {
        // Wide enough for a group of examples to be worth a second thread.
        var samples = Problems.Blobs(200, 600, 70);
        var options = new SdcaOptions { MaximumIterations = 4, Threads = 1 };
        var one = SdcaSolver.Minimize(samples, options);
        Problems.AssertSameBits(one.Model, SdcaSolver.Minimize(samples, options).Model);
        foreach (var threads in (int[])[2, 3])
            Problems.AssertSameBits(one.Model, SdcaSolver.Minimize(samples, options with { Threads = threads }).Model);
    }

    [Fact]
    public void Warm_start_at_the_solution_is_done_at_once()
    {
        var samples = Problems.Blobs(400, 20, 4);
        var options = new SdcaOptions { L2Regularization = 0.01, ConvergenceTolerance = 1e-3 };
        var cold = SdcaSolver.Minimize(samples, options);
        var exact = SdcaSolver.Minimize(samples, options with { ConvergenceTolerance = 1e-6 });
        var warm = SdcaSolver.Minimize(samples, options, exact.Model);
        Assert.True(cold.Iterations > 2);
        Assert.Equal(1, warm.Iterations);
    }

    [Fact]
    public void Cancellation_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            SdcaSolver.Minimize(Problems.Blobs(50, 3, 2), cancellation: source.Token));
    }

    [SharedFact("data", "heads")]
    public void Does_as_well_as_the_reference_by_default()
    {
        var result = SdcaSolver.Minimize(HeadsProblem.Load("train"));
        (var loss, var trainAccuracy) = HeadsProblem.Evaluate(result.Model, HeadsProblem.Load("train"));
        (var unseenLoss, var unseenAccuracy) = HeadsProblem.Evaluate(result.Model, HeadsProblem.Load("test"));
        Assert.Equal(1, trainAccuracy);
        Assert.True(loss <= 0.003775425112322296 * 1.05, $"training log-loss {loss}");
        Assert.True(unseenLoss <= 0.4525561615547562 * 1.05, $"test log-loss {unseenLoss}");
        Assert.True(unseenAccuracy >= 0.852 * 0.95, $"test accuracy {unseenAccuracy}");
    }
}
