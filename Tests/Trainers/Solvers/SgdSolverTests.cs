using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Sgd;

namespace MlPipeline.Trainers.Tests;

public class SgdSolverTests
{
    [Theory]
    [InlineData(false, 0.0, 0.3)]
    [InlineData(false, 0.9, 0.03)]
    [InlineData(true, 0.9, 0.03)]
    public void Comes_close_to_the_optimum(bool nesterov, double momentum, double rate)
    {
        var samples = Problems.Blobs(200, 6, 3);
        var l2 = 0.01;
        var oracle = new DoubleOracle(samples, l2, regulariseBiases: false, 1.0 / samples.Count);
        var best = oracle.Objective(oracle.Minimize());
        var result = SgdSolver.Minimize(samples, new SgdOptions
        {
            Epochs = 300,
            Momentum = momentum,
            Nesterov = nesterov,
            L2Regularization = l2,
            LearningRate = epoch => rate * Math.Pow(0.98, epoch),
        });
        Assert.InRange(oracle.Objective(result.Model), best * (1 - 1e-6), best * 1.005);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_steps_are_those_of_the_formula(bool nesterov)
    {
        // One example, two classes, one feature: gradient of w_0 is p_0 - 1.
        var samples = new FeatureMatrix([1f], 1, [0], ["a", "b"]);
        const double rate = 0.5, momentum = 0.8;
        var result = SgdSolver.Minimize(samples,
            new SgdOptions { Epochs = 2, BatchSize = 1, Momentum = momentum, Nesterov = nesterov, LearningRate = _ => rate });
        double w = 0, v = 0;
        for (var step = 0; step < 2; step++)
        {
            // Weight and bias of both classes move alike, so the scores are 2 w and -2 w.
            var gradient = 1 / (1 + Math.Exp(-4 * w)) - 1;
            v = momentum * v - rate * gradient;
            w += nesterov ? momentum * v - rate * gradient : v;
        }

        Assert.Equal(w, result.Model.Weights[0], 1e-5);
        Assert.Equal(-w, result.Model.Biases[1], 1e-5);
    }

    [Fact]
    public void Same_seed_same_bits_whatever_the_threads()
    {
        var samples = Problems.Blobs(256, 300, 40);
        var options = new SgdOptions { Epochs = 3, BatchSize = 128, Threads = 1, Seed = 4 };
        var one = SgdSolver.Minimize(samples, options);
        Problems.AssertSameBits(one.Model, SgdSolver.Minimize(samples, options with { Threads = 3 }).Model);
        Assert.False(one.Model.Weights.SequenceEqual(SgdSolver.Minimize(samples, options with { Seed = 5 }).Model.Weights));
    }

    [Fact]
    public void Epochs_are_reported_and_can_end_it()
    {
        var epochs = new List<int>();
        var result = SgdSolver.Minimize(Problems.Blobs(55, 4, 3), new SgdOptions { BatchSize = 10 }, afterEpoch: epoch =>
        {
            Assert.Equal(6, epoch.Batches);
            epochs.Add(epoch.Epoch);
            return epoch.Epoch < 4;
        });
        Assert.Equal([1, 2, 3, 4], epochs);
        Assert.True(result.Converged);
    }

    [Fact]
    public void A_descent_that_diverges_stops_and_says_so()
    {
        var result = SgdSolver.Minimize(Problems.Blobs(100, 5, 3),
            new SgdOptions { LearningRate = _ => 1e30, L2Regularization = 1, Momentum = 0.9 });
        Assert.True(double.IsNaN(result.Objective));
        Assert.True(result.Iterations < 100);
    }
}
