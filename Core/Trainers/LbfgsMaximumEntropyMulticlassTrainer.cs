using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>
/// Maximum entropy (multinomial logistic regression) by L-BFGS; with L1 regularisation by OWL-QN. See <see cref="LbfgsSolver"/>
/// for the objective and sources.
/// </summary>
/// <remarks>
/// Label: a key. Features: a vector of floats of known size; standardised ones train faster and regularise more evenly.
/// Goes over the data once. Same bits whatever the number of threads.
/// </remarks>
public sealed class LbfgsMaximumEntropyMulticlassTrainer :
    LbfgsTrainerBase<LbfgsMaximumEntropyMulticlassTrainer.Options, MulticlassPredictionTransformer<MaximumEntropyModelParameters>,
        MaximumEntropyModelParameters>
{
    private readonly LbfgsOptions _solver;
    private readonly float _diameter;
    private readonly bool _statistics;

    internal LbfgsMaximumEntropyMulticlassTrainer(Host host, Options options)
        : base(host, options)
    {
        // A copy: what the caller changes later does not matter.
        _solver = new LbfgsOptions
        {
            L1Regularization = options.L1Regularization,
            L2Regularization = options.L2Regularization,
            Tolerance = options.OptimizationTolerance,
            HistorySize = options.HistorySize,
            MaximumIterations = options.MaximumNumberOfIterations,
            NonNegative = options.EnforceNonNegativity,
            Threads = options.NumberOfThreads ?? 0,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(options.InitialWeightsDiameter);
        _diameter = options.InitialWeightsDiameter;
        _statistics = options.ShowTrainingStatistics;
    }

    /// <summary>Trains, starting from a model of the same classes and features.</summary>
    public MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(
        IDataView trainData, MaximumEntropyModelParameters modelParameters)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(modelParameters);
        return TrainTransformer(trainData, modelParameters);
    }

    private protected override MaximumEntropyModelParameters Train(TrainingSamples samples, MaximumEntropyModelParameters? start)
    {
        const string source = "LbfgsMaximumEntropy";
        SolverResult result = LbfgsSolver.Minimize(samples, _solver, start?.Linear ?? RandomStart(samples),
            progress => Host.Trace(source, $"Iteration {progress.Iteration}: loss {progress.Loss:G9}"));
        if (!result.Converged)
            Host.Warning(source, $"Stopped after {result.Iterations} iterations, before the tolerance was reached.");
        if (_statistics)
            LogStatistics(source, samples, result.Model);
        return new MaximumEntropyModelParameters(result.Model);
    }

    private LinearModel? RandomStart(TrainingSamples samples)
    {
        if (_diameter == 0)
            return null;

        Random random = Host.CreateRandom("LbfgsMaximumEntropy");
        var weights = new float[samples.ClassCount * samples.FeatureCount];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = _diameter * (random.NextSingle() - 0.5f);
        return new LinearModel(weights, new float[samples.ClassCount]);
    }

    private void LogStatistics(string source, TrainingSamples samples, LinearModel model)
    {
        var scores = new float[model.ClassCount];
        double[] totals = samples.ClassTotals();
        double total = totals.Sum(), deviance = 0, nullDeviance = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            int label = samples.Labels[i];
            double weight = samples.Weights.IsEmpty ? 1 : samples.Weights[i];
            model.Scores(samples.Features(i), scores);
            LinearModel.Softmax(scores);
            deviance -= 2 * weight * Math.Log(Math.Max(scores[label], 1e-38));
            nullDeviance -= 2 * weight * Math.Log(totals[label] / total);
        }

        int parameters = 0;
        foreach (float weight in model.Weights)
            parameters += weight != 0 ? 1 : 0;
        parameters += model.ClassCount;
        Host.Info(source, $"Count of training examples: {samples.Count}. Residual deviance: {deviance}. "
            + $"Null deviance: {nullDeviance}. AIC: {2 * parameters + deviance}.");
    }

    /// <summary>The options.</summary>
    public sealed class Options : OptionsBase
    {
        /// <summary>The defaults.</summary>
        public Options()
        {
        }

        /// <summary>Whether deviance and Akaike's criterion on the training data are computed and logged.</summary>
        public bool ShowTrainingStatistics;
    }
}
