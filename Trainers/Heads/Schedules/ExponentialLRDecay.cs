using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

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
