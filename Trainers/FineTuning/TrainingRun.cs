using System.Text;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>All that changes in the course of a training: what a checkpoint holds. Random numbers follow from seed, epoch and
/// step, and need no place here.</summary>
internal sealed class TrainingRun
{
    private readonly TrainingPlan _plan;
    private readonly FineTuningOptions _options;
    private readonly List<EpochResult> _epochs = [];
    private double _bestAccuracy = double.NegativeInfinity;
    private double _bestLoss = double.PositiveInfinity;
    private EpochWeights? _best;
    private EpochWeights? _last;
    private int _notBetter;

    /// <summary>The beginning of a training.</summary>
    public TrainingRun(TrainingPlan plan, Optimizer optimizer, FineTuningOptions options, double rate, int stepsAnEpoch)
    {
        (_plan, Optimizer, _options) = (plan, optimizer, options);
        Schedule = new RateSchedule(options, rate, stepsAnEpoch);
        Averaged = new AveragedWeights(plan, options);
    }

    public Optimizer Optimizer { get; }

    public RateSchedule Schedule { get; }

    public AveragedWeights Averaged { get; }

    /// <summary>The epoch that is being trained, from 1.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Its sums so far.</summary>
    public EpochSums Sums { get; set; }

    /// <summary>What epochs gave that are over.</summary>
    public IReadOnlyList<EpochResult> Epochs => _epochs;

    /// <summary>Whether all epochs are over, or no further one is to be.</summary>
    public bool IsOver => Epoch > _options.Epochs || (_options.Patience is { } patience && _notBetter >= patience);

    /// <summary>Ends an epoch; number 0 is what comes before the first. The network has the weights that were measured.</summary>
    /// <param name="result">What the epoch gave.</param>
    /// <param name="rights">The weight of each held-out picture that was right, 0 of each that was not; empty: none is held
    /// out.</param>
    public void End(EpochResult result, float[] rights)
    {
        _epochs.Add(result);
        if (result.Epoch > 0)
        {
            Schedule.EpochEnded(result.ValidationLoss ?? result.Loss ?? 0);
            (Epoch, Sums) = (result.Epoch + 1, default);
        }

        var isBetter = result.ValidationAccuracy is { } accuracy && result.ValidationLoss is { } loss
            ? accuracy > _bestAccuracy || (accuracy == _bestAccuracy && loss < _bestLoss)
            : result.Loss < _bestLoss;

        // The head alone is what epochs are compared with, not one that was in vain.
        _notBetter = isBetter || result.Epoch == 0 ? 0 : _notBetter + 1;
        if (isBetter)
            (_bestAccuracy, _bestLoss) = (result.ValidationAccuracy ?? 0, result.ValidationLoss ?? result.Loss ?? 0);
        _last = null;
        var isKept = isBetter && rights.Length > 0;
        if (!isKept && !IsOver)
            return;
        using MemoryStream weights = new();
        if (result.Epoch > 0)
            _plan.Save(weights);
        _last = new EpochWeights(result.Epoch, rights, weights.ToArray());
        if (isKept)
            _best = _last;
    }

    /// <summary>Puts the weights of the epoch that is kept into the network: of the last, unless another was better on the
    /// held-out pictures by more than the standard error of the difference.</summary>
    /// <returns>The epoch's number, and all epochs.</returns>
    public (int Kept, IReadOnlyList<EpochResult> Epochs) Keep()
    {
        var kept = _best is not null && _best.IsBetterThan(_last!) ? _best : _last!;
        if (kept.Epoch > 0)
            _plan.Restore(new MemoryStream(kept.Weights));
        return (kept.Epoch, [.. _epochs.Select(e => e.Epoch == kept.Epoch ? e with { IsKept = true } : e)]);
    }

    /// <summary>Writes everything.</summary>
    public void Save(Stream stream)
    {
        _plan.Save(stream);
        Optimizer.Save(stream);
        using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
        Schedule.Save(writer);
        Averaged.Save(writer);
        writer.Write(Epoch);
        writer.WriteArray<EpochSums>([Sums]);
        writer.WriteArray<EpochFields>([.. _epochs.Select(EpochFields.Of)]);
        writer.Write(_bestAccuracy);
        writer.Write(_bestLoss);
        writer.Write(_notBetter);
        (_best ?? EpochWeights.None).Save(writer);
        (_last is null || _last == _best ? EpochWeights.None : _last).Save(writer);
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It was written by another training, or is not whole.</exception>
    public void Restore(Stream stream)
    {
        _plan.Restore(stream);
        Optimizer.Restore(stream);
        using BinaryReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
        Schedule.Restore(reader);
        Averaged.Restore(reader);
        Epoch = reader.ReadInt32();
        Sums = reader.ReadArray<EpochSums>() is [var sums] ? sums : throw new InvalidDataException("it is damaged");
        _epochs.Clear();
        _epochs.AddRange(reader.ReadArray<EpochFields>().Select(f => f.ToResult()));
        _bestAccuracy = reader.ReadDouble();
        _bestLoss = reader.ReadDouble();
        _notBetter = reader.ReadInt32();
        _best = EpochWeights.Restore(reader);
        _last = EpochWeights.Restore(reader) ?? _best;
    }

    /// <summary>The numbers of an <see cref="EpochResult"/>; NaN for what it has not.</summary>
    private readonly record struct EpochFields(double Epoch, double Loss, double Accuracy, double ValidationLoss,
        double ValidationAccuracy, double LearningRate, double Seconds)
    {
        public static EpochFields Of(EpochResult result) => new(result.Epoch, result.Loss ?? double.NaN,
            result.Accuracy ?? double.NaN, result.ValidationLoss ?? double.NaN, result.ValidationAccuracy ?? double.NaN,
            result.LearningRate, result.Seconds);

        public EpochResult ToResult() => new((int)Epoch, NullIf(Loss), NullIf(Accuracy), NullIf(ValidationLoss),
            NullIf(ValidationAccuracy), LearningRate, Seconds);

        private static double? NullIf(double value) => double.IsNaN(value) ? null : value;
    }
}

/// <summary>Sums over the steps of an epoch so far.</summary>
/// <param name="Steps">Steps.</param>
/// <param name="Pictures">Their pictures.</param>
/// <param name="Correct">Those that were right.</param>
/// <param name="Loss">The sum of their losses.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
internal readonly record struct EpochSums(int Steps, int Pictures, int Correct, double Loss, double Seconds);
