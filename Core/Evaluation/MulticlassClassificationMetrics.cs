namespace MlPipeline.Core;

/// <summary>How well scores and predicted labels of a multiclass classifier agree with the true labels.</summary>
public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics(
        double logLoss, double logLossReduction, double macroAccuracy, double microAccuracy,
        int topKPredictionCount, double[]? topKAccuracies, double[] perClassLogLoss, ConfusionMatrix confusionMatrix)
    {
        LogLoss = logLoss;
        LogLossReduction = logLossReduction;
        MacroAccuracy = macroAccuracy;
        MicroAccuracy = microAccuracy;
        TopKPredictionCount = topKPredictionCount;
        TopKAccuracyForAllK = topKAccuracies is null ? null! : Array.AsReadOnly(topKAccuracies);
        TopKAccuracy = topKAccuracies is { Length: > 0 } ? topKAccuracies[^1] : 0;
        PerClassLogLoss = Array.AsReadOnly(perClassLogLoss);
        ConfusionMatrix = confusionMatrix;
    }

    /// <summary>
    /// The mean over rows of -ln(probability given to the true class), the probability being held within [1e-15, 1]; a label
    /// that the model has no score for costs -ln(1e-15).
    /// </summary>
    public double LogLoss { get; }

    /// <summary>
    /// (H - log-loss) / H, where H is the entropy in nats of the true labels: 1 is perfect, 0 no better than the priors.
    /// </summary>
    public double LogLossReduction { get; }

    /// <summary>The mean recall over the classes that occur among the true labels.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The share of rows whose best score is at the true class.</summary>
    public double MicroAccuracy { get; }

    /// <summary>The share of rows whose true class is among the k best scores; 0 when no k was asked for.</summary>
    public double TopKAccuracy { get; }

    /// <summary>The k of <see cref="TopKAccuracy"/>; 0 when none was asked for.</summary>
    public int TopKPredictionCount { get; }

    /// <summary>
    /// The top-k accuracy for every k from 1 to <see cref="TopKPredictionCount"/>; null when no k was asked for.
    /// </summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    /// <summary>The log-loss over the rows of each class; 0 for a class without rows.</summary>
    public IReadOnlyList<double> PerClassLogLoss { get; }

    /// <summary>The confusion matrix.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }
}
