namespace MlPipeline.Core;

/// <summary>What the multiclass trainers by stochastic dual coordinate ascent share.</summary>
public abstract class SdcaMulticlassTrainerBase<TModel> : MulticlassTrainerBase<TModel>
    where TModel : class
{
    private protected SdcaMulticlassTrainerBase(Host host, MulticlassOptions options)
        : base(host, options)
    {
    }

    /// <inheritdoc/>
    public override TrainerInfo Info { get; } = new();

    /// <summary>The options of the multiclass trainers.</summary>
    public class MulticlassOptions : TrainerInputBaseWithWeight
    {
        internal MulticlassOptions()
        {
        }

        /// <summary>
        /// Weight of the sum of squared weights, halved, against the mean loss; null: chosen from the number of rows.
        /// </summary>
        public float? L2Regularization;

        /// <summary>Weight of the sum of absolute weights against the mean loss; null: none.</summary>
        public float? L1Regularization;

        /// <summary>Most threads; null for all cores. Has no influence on the result.</summary>
        public int? NumberOfThreads;

        /// <summary>Stops when the duality gap is below this part of the loss.</summary>
        public float ConvergenceTolerance = 0.1f;

        /// <summary>Most passes over the data; null: 500.</summary>
        public int? MaximumNumberOfIterations;

        /// <summary>Whether rows are visited in another order in each pass.</summary>
        public bool Shuffle = true;

        /// <summary>Passes between computations of the duality gap; null: rarer and rarer, at first after each.</summary>
        public int? ConvergenceCheckFrequency;

        /// <summary>Accepted for compatibility: biases are learned exactly, as weights of a feature that is always 1.</summary>
        public float BiasLearningRate;
    }
}
