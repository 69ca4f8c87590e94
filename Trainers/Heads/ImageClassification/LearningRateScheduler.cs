using MlPipeline.Trainers.Solvers;


namespace MlPipeline;

/// <summary>How the learning rate changes over the epochs.</summary>
public abstract record LearningRateScheduler
{
    /// <summary>The learning rate after so many epochs.</summary>
    /// <param name="epoch">Epochs done; a fraction within an epoch.</param>
    /// <param name="learningRate">The trainer's own learning rate, which counts where the schedule names none.</param>
    /// <param name="batchSize">Rows per step.</param>
    public abstract double RateAt(double epoch, double learningRate, int batchSize);
}

/// <summary>A step of <see cref="LsrDecay"/>.</summary>
/// <param name="Multiplier">The factor on the scaled learning rate.</param>
/// <param name="Epoch">The epoch from which it holds.</param>
public sealed record LearningRateSchedulerItem(float Multiplier, float Epoch);

/// <summary>rate * decayRate ^ (epoch / numEpochsPerDecay).</summary>
public sealed record ExponentialLRDecay : LearningRateScheduler
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="learningRate">The first rate; null (default) for the trainer's own.</param>
    /// <param name="numEpochsPerDecay">Epochs over which the rate falls once by the decay rate.</param>
    /// <param name="decayRate">The factor.</param>
    /// <param name="staircase">Whether it falls in steps (default) or smoothly.</param>
    public ExponentialLRDecay(float? learningRate = null, float numEpochsPerDecay = 2f, float decayRate = 0.94f,
        bool staircase = true)
    {
        LearningRate = learningRate is { } given ? (float)OptionCheck.Positive(given, nameof(learningRate)) : null;
        NumEpochsPerDecay = (float)OptionCheck.Positive(numEpochsPerDecay, nameof(numEpochsPerDecay));
        DecayRate = (float)OptionCheck.Positive(decayRate, nameof(decayRate));
        Staircase = staircase;
    }

    /// <summary>The first rate; null for the trainer's own.</summary>
    public float? LearningRate { get; }

    /// <summary>Epochs over which the rate falls once by the decay rate.</summary>
    public float NumEpochsPerDecay { get; }

    /// <summary>The factor.</summary>
    public float DecayRate { get; }

    /// <summary>Whether it falls in steps.</summary>
    public bool Staircase { get; }

    /// <inheritdoc/>
    public override double RateAt(double epoch, double learningRate, int batchSize)
    {
        var times = epoch / NumEpochsPerDecay;
        return (LearningRate ?? learningRate) * Math.Pow(DecayRate, Staircase ? Math.Floor(times) : times);
    }
}

/// <summary>(rate - end) * (1 - epoch / numEpochs) ^ power + end.</summary>
public sealed record PolynomialLRDecay : LearningRateScheduler
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="learningRate">The first rate; null (default) for the trainer's own.</param>
    /// <param name="numEpochs">Epochs until the last rate.</param>
    /// <param name="endLearningRate">The last rate.</param>
    /// <param name="power">1 (default) falls along a line.</param>
    /// <param name="cycle">Whether it starts again, from a longer slope each time, instead of staying at the last rate.</param>
    public PolynomialLRDecay(float? learningRate = null, float numEpochs = 100f, float endLearningRate = 0.0001f,
        float power = 1f,
        bool cycle = false)
    {
        LearningRate = learningRate is { } given ? (float)OptionCheck.Positive(given, nameof(learningRate)) : null;
        NumEpochs = (float)OptionCheck.Positive(numEpochs, nameof(numEpochs));
        EndLearningRate = (float)OptionCheck.NonNegative(endLearningRate, nameof(endLearningRate));
        Power = (float)OptionCheck.Positive(power, nameof(power));
        Cycle = cycle;
    }

    /// <summary>The first rate; null for the trainer's own.</summary>
    public float? LearningRate { get; }

    /// <summary>Epochs until the last rate.</summary>
    public float NumEpochs { get; }

    /// <summary>The last rate.</summary>
    public float EndLearningRate { get; }

    /// <summary>The exponent.</summary>
    public float Power { get; }

    /// <summary>Whether it starts again.</summary>
    public bool Cycle { get; }

    /// <inheritdoc/>
    public override double RateAt(double epoch, double learningRate, int batchSize)
    {
        var length = Cycle ? NumEpochs * Math.Max(1, Math.Ceiling(epoch / NumEpochs)) : NumEpochs;
        var left = 1 - Math.Min(epoch, length) / length;
        return ((LearningRate ?? learningRate) - EndLearningRate) * Math.Pow(left, Power) + EndLearningRate;
    }
}

/// <summary>
/// The linear scaling rule, rate * batch / 128, with falls at given epochs (Goyal et al., Accurate, large minibatch SGD, 2017).
/// </summary>
public sealed record LsrDecay : LearningRateScheduler
{
    private static readonly LearningRateSchedulerItem[] s_steps = [new(0.1f, 91), new(0.01f, 136), new(0.001f, 182)];

    /// <summary>Makes the schedule.</summary>
    /// <param name="baseLearningRate">The rate at a batch of 128; null (default) for the trainer's own.</param>
    /// <param name="schedulerSteps">The falls; by default to 1/10, 1/100, 1/1000 at epochs 91, 136 and 182.</param>
    public LsrDecay(float? baseLearningRate = null, IReadOnlyList<LearningRateSchedulerItem>? schedulerSteps = null)
    {
        BaseLearningRate = baseLearningRate is { } given ? (float)OptionCheck.Positive(given, nameof(baseLearningRate)) : null;
        SchedulerSteps = [.. (schedulerSteps ?? s_steps).OrderBy(step => step.Epoch)];
    }

    /// <summary>The rate at a batch of 128; null for the trainer's own.</summary>
    public float? BaseLearningRate { get; }

    /// <summary>The falls, by epoch.</summary>
    public IReadOnlyList<LearningRateSchedulerItem> SchedulerSteps { get; }

    /// <inheritdoc/>
    public override double RateAt(double epoch, double learningRate, int batchSize)
    {
        var rate = (BaseLearningRate ?? learningRate) * batchSize / 128;
        var step = SchedulerSteps.LastOrDefault(item => epoch >= item.Epoch);
        return rate * (step?.Multiplier ?? 1);
    }
}
