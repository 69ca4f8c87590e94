using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Engine.Tests.Training;

public class OptimizerTests
{
    // Several blocks and a rest, one block, and fewer elements than a vector has.
    private static readonly int[] s_lengths = [150_001, 4096, 3];

    private static readonly Dictionary<string, Func<IEnumerable<ParameterSettings>, int, Optimizer>> s_optimizers = new()
    {
        ["sgd"] = (settings, threads) => new SgdOptimizer(settings, 0.8) { Threads = threads },
        ["nesterov"] = (settings, threads) => new SgdOptimizer(settings, 0.8, nesterov: true) { Threads = threads },
        ["adamw"] = (settings, threads) => new AdamWOptimizer(settings) { Threads = threads },
    };

    [Theory]
    [InlineData("sgd")]
    [InlineData("nesterov")]
    [InlineData("adamw")]
    public void StepsAreThoseOfTheFormulasForAnyNumberOfThreads(string name)
    {
        const double Rate = 0.01, Decay = 0.1;
        TrainedParameter[][] runs = [Parameters(), Parameters(), Parameters()];
        for (var threads = 0; threads < runs.Length; threads++)
        {
            var optimizer = s_optimizers[name](Optimizer.DecayWeights(runs[threads], Decay), threads);
            for (var step = 0; step < 3; step++)
                optimizer.Step(Rate);
        }

        for (var i = 0; i < s_lengths.Length; i++)
        {
            Assert.Equal(runs[0][i].Value.Floats.ToArray(), runs[1][i].Value.Floats.ToArray());
            Assert.Equal(runs[0][i].Value.Floats.ToArray(), runs[2][i].Value.Floats.ToArray());
            for (var k = 0; k < s_lengths[i]; k += 997)
            {
                double w = Value(k), g = Value(k + 1), first = 0, second = 0;
                for (var step = 1; step <= 3; step++)
                {
                    if (name == "adamw")
                    {
                        (first, second) = ((0.9 * first) + (0.1 * g), (0.999 * second) + (0.001 * g * g));
                        w = (w * (1 - (Rate * Decay))) - (Rate * first / (1 - Math.Pow(0.9, step))
                            / (Math.Sqrt(second / (1 - Math.Pow(0.999, step))) + 1e-8));
                        continue;
                    }

                    var slope = g + (Decay * w);
                    first = (0.8 * first) + slope;
                    w -= Rate * (name == "sgd" ? first : (0.8 * first) + slope);
                }

                Assert.Equal(w, runs[0][i].Value.Floats[k], 2e-6);
            }
        }
    }

    [Fact]
    public void GradientsAreClippedByTheirLengthForAnyNumberOfThreads()
    {
        TrainedParameter[][] runs = [Parameters(), Parameters(), Parameters()];
        var expected = Math.Sqrt(s_lengths.Sum(length => Enumerable.Range(1, length).Sum(k => (double)Value(k) * Value(k))));
        for (var threads = 0; threads < runs.Length; threads++)
        {
            Assert.Equal(expected, GradientClipping.ByGlobalNorm(runs[threads], 1, threads), expected * 1e-12);
            Assert.Equal(1, GradientClipping.ByGlobalNorm(runs[threads], double.PositiveInfinity, threads), 1e-6);
            for (var i = 0; i < s_lengths.Length; i++)
                Assert.Equal(runs[0][i].Gradient.Floats.ToArray(), runs[threads][i].Gradient.Floats.ToArray());
        }
    }

    [Fact]
    public void TheLengthOfLargeGradientsDoesNotOverflow()
    {
        var parameters = Parameters();
        parameters[0].Gradient.Floats.Fill(3e30f);
        Assert.Equal(3e30 * Math.Sqrt(s_lengths[0]), GradientClipping.ByGlobalNorm(parameters, 1), 1e27);
        parameters[1].Gradient.Floats[^1] = float.NaN;
        Assert.Equal(double.NaN, GradientClipping.ByGlobalNorm(parameters, 1));
    }

    private static TrainedParameter[] Parameters() => [.. s_lengths.Select((length, i) =>
    {
        var parameter = new TrainedParameter($"p{i}", ParameterKind.Weight, "node",
            Tensor.Of([.. Enumerable.Range(0, length).Select(Value)], length));
        for (var k = 0; k < length; k++)
            parameter.Gradient.Floats[k] = Value(k + 1);
        return parameter;
    })];

    private static float Value(int k) => (((k * 7919) % 2003) / 1000f) - 1;
}
