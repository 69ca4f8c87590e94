using MlPipeline.Data.Splits;

namespace MlPipeline.Data.Tests;

/// <summary>Numbers of a seed stay as they are: splits, studies and trainings are made again from them.</summary>
public sealed class SeededRandomTests
{
    [Fact]
    public void Numbers_are_those_of_an_independent_SplitMix64()
    {
        SeededRandom random = new(5);
        Assert.Equal(0.014334745996352224, random.NextNormal(), 1e-15);
        Assert.Equal(0.5906209568869251, random.NextNormal(), 1e-15);
        Assert.Equal(new SeededRandom(5UL).NextUInt64(), new SeededRandom(5).NextUInt64());
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_deviation_1()
    {
        SeededRandom random = new(1);
        double[] numbers = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];
        Assert.Equal(0, numbers.Average(), 0.01);
        Assert.Equal(1, numbers.Average(n => n * n), 0.02);
        Assert.Equal(0.6827, numbers.Count(n => Math.Abs(n) < 1) / 1e5, 0.005);
    }
}
