namespace MlPipeline.Trainers;

/// <summary>How the learning rate changes over the epochs.</summary>
public abstract record LearningRateScheduler
{
    /// <summary>The learning rate after so many epochs.</summary>
    /// <param name="epoch">Epochs done; a fraction within an epoch.</param>
    /// <param name="learningRate">The trainer's own learning rate, which counts where the schedule names none.</param>
    /// <param name="batchSize">Rows per step.</param>
    public abstract double RateAt(double epoch, double learningRate, int batchSize);
}
