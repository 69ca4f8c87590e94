namespace MlPipeline.Core;

/// <summary>An estimator that learns a model of one feature column.</summary>
public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    /// <summary>What the trainer wants of its data.</summary>
    TrainerInfo Info { get; }
}
