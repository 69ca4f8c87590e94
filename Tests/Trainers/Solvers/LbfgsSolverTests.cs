using MlPipeline.Pipeline.Features;
using MlPipeline.Tests.Support;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Lbfgs;

namespace MlPipeline.Trainers.Tests;

public class LbfgsSolverTests
{
    [Theory]
    [InlineData(80, 4, 3, 1.0, false)]
    [InlineData(60, 6, 2, 0.1, false)]
    [InlineData(90, 3, 4, 3.0, true)]
    public void Reaches_the_optimum_of_a_double_precision_newton(int count, int features, int classes, double l2, bool weighted)
    {
        var samples = Problems.Blobs(count, features, classes, 7, weighted);
        var oracle = new DoubleOracle(samples, l2, regulariseBiases: false);
        var best = oracle.Objective(oracle.Minimize());
        var result = LbfgsSolver.Minimize(samples, new LbfgsOptions { L2Regularization = l2, Tolerance = 1e-9 });
        Assert.True(result.Converged);
        Assert.Equal(best, result.Objective, 1e-5 * best);
        Assert.Equal(best, oracle.Objective(result.Model), 1e-5 * best);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(2.0)]
    public void Same_bits_with_any_number_of_threads(double l1)
    {
        var samples = Problems.Blobs(3000, 64, 6);
        var one = LbfgsSolver.Minimize(samples, new LbfgsOptions { L1Regularization = l1, Threads = 1, MaximumIterations = 15 });
        foreach (var threads in (int[])[2, 3])
        {
            var many = LbfgsSolver.Minimize(samples,
                new LbfgsOptions { L1Regularization = l1, Threads = threads, MaximumIterations = 15 });
            Problems.AssertSameBits(one.Model, many.Model);
            Assert.Equal(one.Objective, many.Objective);
        }
    }

    [Fact]
    public void Orthant_wise_solution_satisfies_the_optimality_conditions()
    {
        const double l1 = 8, l2 = 0.5;
        var samples = Problems.Blobs(200, 12, 3, 11);
        var result = LbfgsSolver.Minimize(samples,
            new LbfgsOptions { L1Regularization = l1, L2Regularization = l2, Tolerance = 1e-10 });
        var gradient = new DoubleOracle(samples, l2, regulariseBiases: false).Gradient(result.Model);
        var zeros = 0;
        for (var c = 0; c < 3; c++)
        {
            Assert.Equal(0, gradient[c * 13 + 12], 0.02);
            for (var k = 0; k < 12; k++)
            {
                var weight = result.Model.Weights[c * 12 + k];
                var g = gradient[c * 13 + k];
                zeros += weight == 0 ? 1 : 0;
                if (weight == 0)
                    Assert.True(Math.Abs(g) <= l1 + 0.05);
                else
                    Assert.Equal(-l1 * Math.Sign(weight), g, 0.05);
            }
        }

        Assert.InRange(zeros, 5, 35);
    }

    [Fact]
    public void Weights_count_as_repetitions()
    {
        var weighted = Problems.Blobs(100, 5, 3, 9, weighted: true);
        var options = new LbfgsOptions { Tolerance = 1e-10 };
        SolverResult a = LbfgsSolver.Minimize(weighted, options), b = LbfgsSolver.Minimize(Problems.Repeated(weighted), options);
        Assert.Equal(a.Objective, b.Objective, 1e-6 * a.Objective);
        Problems.AssertClose(a.Model.Weights, b.Model.Weights, 2e-3);
    }

    [Fact]
    public void Warm_start_at_the_solution_is_done_at_once()
    {
        var samples = Problems.Blobs(300, 20, 4);
        var cold = LbfgsSolver.Minimize(samples);
        var warm = LbfgsSolver.Minimize(samples, start: cold.Model);
        Assert.InRange(warm.Iterations, 0, 3);
        Assert.Equal(cold.Objective, warm.Objective, 1e-5 * cold.Objective);
    }

    [Fact]
    public void Progress_falls_and_cancellation_stops()
    {
        var samples = Problems.Blobs(200, 10, 3);
        var losses = new List<double>();
        var result = LbfgsSolver.Minimize(samples, progress: p => losses.Add(p.Loss));
        Assert.Equal(result.Iterations, losses.Count);
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second <= pair.First * (1 + 1e-8)));

        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            LbfgsSolver.Minimize(samples, progress: _ => source.Cancel(), cancellation: source.Token));
    }

    [Fact]
    public void A_single_class_and_constant_features_are_no_trouble()
    {
        var samples = new FeatureMatrix([1f, 5f, 2f, 5f, 3f, 5f], 2, [0, 0, 0], ["a"]);
        Assert.Equal(0, LbfgsSolver.Minimize(samples).Objective, 6);
    }

    [SharedTheory("data", "heads")]
    [InlineData(1, 1, 0.0443501456529128, 0.49988254649390174, 0.83)]
    [InlineData(0, 1, 0.0070809188597953645, 0.41304105103759625, 0.8605)]
    [InlineData(0, 0.01, 0.0001273877578365741, 0.5918640749578199, 0.85)]
    public void Does_as_well_as_the_reference(double l1, double l2, double trainLoss, double testLoss, double accuracy)
    {
        var result = LbfgsSolver.Minimize(HeadsProblem.Load("train"),
            new LbfgsOptions { L1Regularization = l1, L2Regularization = l2 });
        (var loss, var trainAccuracy) = HeadsProblem.Evaluate(result.Model, HeadsProblem.Load("train"));
        (var unseenLoss, var unseenAccuracy) = HeadsProblem.Evaluate(result.Model, HeadsProblem.Load("test"));
        Assert.Equal(1, trainAccuracy);
        Assert.True(loss <= trainLoss * 1.01, $"training log-loss {loss}");
        Assert.True(unseenLoss <= testLoss * 1.01, $"test log-loss {unseenLoss}");
        Assert.True(unseenAccuracy >= accuracy * 0.99, $"test accuracy {unseenAccuracy}");
    }
}
