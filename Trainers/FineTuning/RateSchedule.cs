namespace MlPipeline.Trainers.FineTuning;

/// <summary>The head's learning rate in each step.</summary>
/// <param name="options">The schedule.</param>
/// <param name="highest">The highest rate; a checkpoint may know another, which was found.</param>
/// <param name="stepsAnEpoch">Steps in an epoch.</param>
internal sealed class RateSchedule(FineTuningOptions options, double highest, int stepsAnEpoch)
{
    private const double OneCycleRise = 0.3;
    private const double OneCycleStart = 1.0 / 25;
    private const double OneCycleEnd = 1e-4;
    private const int PlateauEpochs = 2;

    private readonly double _all = (double)stepsAnEpoch * options.Epochs;

    // Of the plateau schedule: what there is left of the highest rate, the least loss, and the epochs since.
    private double _factor = 1;
    private double _least = double.PositiveInfinity;
    private int _since;

    /// <summary>The highest rate.</summary>
    public double Highest { get; private set; } = highest;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 1.</param>
    public double At(long step)
    {
        if (options.Schedule == LearningRateSchedule.OneCycle)
        {
            var peak = Math.Max(1, OneCycleRise * _all);
            return Highest * (step <= peak
                ? Between(OneCycleStart, 1, step / peak)
                : Between(1, OneCycleStart * OneCycleEnd, (step - peak) / Math.Max(1, _all - peak)));
        }

        var warmUp = Math.Min(options.WarmUpEpochs * stepsAnEpoch, _all / 2);
        if (step <= warmUp)
            return Highest * step / warmUp;
        var epoch = (step - 1) / stepsAnEpoch;
        return Highest * options.Schedule switch
        {
            LearningRateSchedule.Cosine => Between(1, 0, (step - warmUp) / Math.Max(1, _all - warmUp)),
            LearningRateSchedule.Step =>
                Math.Pow(options.DropFactor, epoch / (options.DropEpochs ?? ((options.Epochs + 2) / 3))),
            LearningRateSchedule.Plateau => _factor,
            _ => 1,
        };
    }

    /// <summary>Says what an epoch gave.</summary>
    /// <param name="loss">The held-out loss, or that of training where nothing is held out.</param>
    public void EpochEnded(double loss)
    {
        (_least, _since) = loss < _least ? (loss, 0) : (_least, _since + 1);
        if (_since < (options.DropEpochs ?? PlateauEpochs))
            return;
        (_factor, _since) = (_factor * options.DropFactor, 0);
    }

    /// <summary>Writes what the next steps depend on.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Highest);
        writer.Write(_factor);
        writer.Write(_least);
        writer.Write(_since);
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader) =>
        (Highest, _factor, _least, _since) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32());

    private static double Between(double from, double to, double share) =>
        to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, share))));
}
