namespace MlPipeline.Core;

/// <summary>What the trainers by L-BFGS share.</summary>
public abstract class LbfgsTrainerBase<TOptions, TTransformer, TModel> : MulticlassTrainerBase<TModel>
    where TOptions : LbfgsTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected LbfgsTrainerBase(Host host, OptionsBase options)
        : base(host, options)
    {
    }

    /// <inheritdoc/>
    public override TrainerInfo Info { get; } = new(supportIncrementalTrain: true);

    /// <summary>The options that the trainers by L-BFGS share.</summary>
    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        private protected OptionsBase()
        {
        }

        /// <summary>Weight of the sum of squared weights, halved, against the sum of losses.</summary>
        public float L2Regularization = 1;

        /// <summary>Weight of the sum of absolute weights against the sum of losses.</summary>
        public float L1Regularization = 1;

        /// <summary>
        /// Stops when the running mean of relative improvements falls below this. Less is slower and more exact.
        /// </summary>
        public float OptimizationTolerance = 1e-7f;

        /// <summary>Past steps that approximate the curvature.</summary>
        public int HistorySize = 20;

        /// <summary>Most iterations.</summary>
        public int MaximumNumberOfIterations = int.MaxValue;

        /// <summary>Accepted for compatibility: the minimum is the same without a start by stochastic gradient descent.</summary>
        public float StochasticGradientDescentInitilaizationTolerance;

        /// <summary>Most threads; null for all cores. Has no influence on the result.</summary>
        public int? NumberOfThreads;

        /// <summary>Starting weights are drawn uniformly from half of this below 0 to half above.</summary>
        public float InitialWeightsDiameter;

        /// <summary>Accepted for compatibility: state is always dense.</summary>
        public bool DenseOptimizer;

        /// <summary>Whether weights are held at or above 0.</summary>
        public bool EnforceNonNegativity;
    }
}
