using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>
/// Maximum entropy (multinomial logistic regression) by stochastic dual coordinate ascent. See <see cref="SdcaSolver"/> for the
/// objective and sources.
/// </summary>
/// <remarks>
/// Label: a key. Features: a vector of floats of known size. Goes over the data once. Same bits whatever the number of threads.
/// </remarks>
public sealed class SdcaMaximumEntropyMulticlassTrainer : SdcaMulticlassTrainerBase<MaximumEntropyModelParameters>
{
    private readonly SdcaOptions _solver;

    internal SdcaMaximumEntropyMulticlassTrainer(Host host, Options options)
        : base(host, options) =>
        _solver = new SdcaOptions
        {
            L2Regularization = options.L2Regularization,
            L1Regularization = options.L1Regularization ?? 0,
            ConvergenceTolerance = options.ConvergenceTolerance,
            MaximumIterations = options.MaximumNumberOfIterations,
            CheckFrequency = options.ConvergenceCheckFrequency,
            Shuffle = options.Shuffle,
            Threads = options.NumberOfThreads ?? 0,
        };

    private protected override MaximumEntropyModelParameters Train(TrainingSamples samples, MaximumEntropyModelParameters? start)
    {
        const string source = "SdcaMaximumEntropy";
        if (_solver.L2Regularization is null)
            Host.Info(source, $"Auto-tuning parameters: L2 = {SdcaOptions.AutomaticL2(samples.Count)}.");

        SolverResult result = SdcaSolver.Minimize(samples, _solver with { Seed = Host.SeedFor(source) }, start?.Linear,
            progress => Host.Trace(source, $"Iteration {progress.Iteration}: loss {progress.Loss:G9}"));
        if (!result.Converged)
            Host.Warning(source, $"Stopped after {result.Iterations} iterations, before the tolerance was reached.");
        return new MaximumEntropyModelParameters(result.Model);
    }

    /// <summary>The options.</summary>
    public sealed class Options : MulticlassOptions
    {
        /// <summary>The defaults.</summary>
        public Options()
        {
        }
    }
}
