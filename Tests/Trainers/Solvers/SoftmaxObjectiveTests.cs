using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Objectives;

namespace MlPipeline.Trainers.Tests;

public class SoftmaxObjectiveTests
{
    [Theory]
    [InlineData(70, 5, 3, false)]
    [InlineData(150, 9, 6, true)]
    public void Gradient_agrees_with_finite_differences(int count, int features, int classes, bool weighted)
    {
        var objective = new SoftmaxObjective(Problems.Blobs(count, features, classes, 3, weighted), 0.7, 1);
        var random = new Random(5);
        double[] point = [.. Enumerable.Range(0, objective.ParameterCount).Select(_ => 0.3 * Problems.Gaussian(random))];
        var gradient = new double[point.Length];
        var scratch = new double[point.Length];
        objective.Evaluate(point, gradient);
        const double h = 0.02;
        for (var i = 0; i < point.Length; i++)
        {
            var at = point[i];
            point[i] = at + h;
            var above = objective.Evaluate(point, scratch);
            point[i] = at - h;
            var below = objective.Evaluate(point, scratch);
            point[i] = at;
            Assert.Equal((above - below) / (2 * h), gradient[i], 2e-3 * Math.Max(1, Math.Abs(gradient[i])));
        }
    }

    [Fact]
    public void Models_and_parameters_convert_both_ways()
    {
        var samples = Problems.Blobs(50, 6, 4);
        var objective = new SoftmaxObjective(samples, 1, 1);
        var model = new LinearModel([.. Enumerable.Range(0, 24).Select(i => i * 0.1f - 1)], [0.5f, -1, 0, 2]);
        var back = objective.ModelOf(objective.ParametersOf(model));
        Problems.AssertClose(model.Weights, back.Weights, 0);
        Problems.AssertClose(model.Biases, back.Biases, 1e-6);
    }

    [Fact]
    public void Value_is_the_sum_of_losses_and_half_the_squares()
    {
        var samples = Problems.Blobs(120, 4, 3, weighted: true);
        var model = new LinearModel([.. Enumerable.Range(0, 12).Select(i => i * 0.05f)], [0.1f, 0.2f, 0.3f]);
        var objective = new SoftmaxObjective(samples, 2, 1);
        var point = objective.ParametersOf(model);
        var expected = new DoubleOracle(samples, 2, regulariseBiases: false).Objective(model);
        Assert.Equal(expected, objective.Evaluate(point, new double[point.Length]), expected * 1e-6);
    }
}
