namespace MlPipeline.Trainers.Recipe;

/// <summary>What was measured before training (index 0) and after each epoch.</summary>
/// <param name="TrainLoss">Mean of -ln p(label) over the training samples.</param>
/// <param name="ValidationLoss">The same over held-out samples.</param>
/// <param name="TrainAccuracy">Share of training samples that are right.</param>
/// <param name="ValidationAccuracy">Share of held-out samples that are right.</param>
/// <param name="LearningRates">The rate of each epoch, one value fewer than there are losses.</param>
public sealed record LearningCurves(IReadOnlyList<double> TrainLoss, IReadOnlyList<double> ValidationLoss,
    IReadOnlyList<double> TrainAccuracy, IReadOnlyList<double> ValidationAccuracy, IReadOnlyList<double> LearningRates)
{
    /// <summary>C.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Training samples.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Held-out samples.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>Accuracy of naming the largest class always; null for 1/C.</summary>
    public double? Chance { get; init; }

    /// <summary>Loss of knowing how frequent the classes are and nothing else; null for log(C).</summary>
    public double? ChanceLoss { get; init; }

    /// <summary>The largest mean loss over an epoch's steps, as the model of the moment saw it; null if it was not
    /// kept.</summary>
    public double? PeakLoss { get; init; }

    /// <summary>Whether a handful of samples could be fitted; null if it was not tried.</summary>
    public bool? FitsHandful { get; init; }

    /// <summary>Epochs that were run; training stops early when the loss is not a number.</summary>
    public int Epochs => LearningRates.Count;
}
