using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

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
