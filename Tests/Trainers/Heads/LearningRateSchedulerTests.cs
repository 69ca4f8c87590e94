namespace MlPipeline.Trainers.Tests;

public class LearningRateSchedulerTests
{
    [Fact]
    public void Exponential_decay_falls_in_steps_or_smoothly()
    {
        var steps = new ExponentialLRDecay();
        Assert.Equal([0.1, 0.1, 0.094, 0.08836], ((double[])[0, 1.9, 2, 4.5])
            .Select(epoch => Math.Round(steps.RateAt(epoch, 0.1, 10), 9)), Close);
        var smooth = new ExponentialLRDecay(0.2f, 1, 0.5f, staircase: false);
        Assert.Equal(0.2 * Math.Pow(0.5, 1.5), smooth.RateAt(1.5, 9, 10), 1e-7);
    }

    [Fact]
    public void Polynomial_decay_ends_or_cycles()
    {
        var line = new PolynomialLRDecay(numEpochs: 10, endLearningRate: 0.01f);
        Assert.Equal(0.11, line.RateAt(0, 0.11, 1), 1e-7);
        Assert.Equal(0.06, line.RateAt(5, 0.11, 1), 1e-7);
        Assert.Equal(0.01, line.RateAt(50, 0.11, 1), 1e-7);
        var cycle = new PolynomialLRDecay(1f, 10, 0f, power: 2, cycle: true);
        Assert.Equal(0.25, cycle.RateAt(10.0 + 1e-9 - 5, 1, 1), 1e-6);
        Assert.Equal(Math.Pow(1 - 15.0 / 20, 2), cycle.RateAt(15, 1, 1), 1e-7);
    }

    [Fact]
    public void Linear_scaling_rule_scales_by_batch_and_falls()
    {
        var decay = new LsrDecay();
        Assert.Equal(0.1 * 64 / 128, decay.RateAt(90, 0.1, 64), 1e-9);
        Assert.Equal(0.1 * 64 / 128 * 0.1, decay.RateAt(91, 0.1, 64), 1e-9);
        Assert.Equal(0.1 * 64 / 128 * 0.001, decay.RateAt(199, 0.1, 64), 1e-9);
        var own = new LsrDecay(1f, [new(0.5f, 20), new(0.7f, 10)]);
        Assert.Equal([1.0, 0.7, 0.5], ((double[])[0, 10, 25]).Select(epoch => own.RateAt(epoch, 9, 128)), Close);
    }

    [Fact]
    public void Wrong_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialLRDecay(decayRate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialLRDecay(numEpochs: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(patience: 0));
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-6;
}
