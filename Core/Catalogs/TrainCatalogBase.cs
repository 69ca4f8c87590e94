namespace MlPipeline.Core;

/// <summary>What the catalogs of all tasks share.</summary>
public abstract class TrainCatalogBase
{
    private protected TrainCatalogBase(Host host) => Host = host;

    internal Host Host { get; }

    /// <summary>The result of one fold.</summary>
    public sealed class CrossValidationResult<T>
        where T : class
    {
        /// <summary>What was trained on the other folds.</summary>
        public readonly ITransformer Model;

        /// <summary>The metrics on this fold.</summary>
        public readonly T Metrics;

        /// <summary>This fold's rows, scored.</summary>
        public readonly IDataView ScoredHoldOutSet;

        /// <summary>The fold's number, from 0.</summary>
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scoredHoldOutSet, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scoredHoldOutSet;
            Fold = fold;
        }
    }

    /// <summary>A list of trainers; the methods are extensions.</summary>
    public abstract class CatalogInstantiatorBase
    {
        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => Owner = owner;

        internal TrainCatalogBase Owner { get; }

        internal Host Host => Owner.Host;
    }
}
