namespace MlPipeline.Core;

/// <summary>A trained model that scores one column of features.</summary>
public interface ISingleFeaturePredictionTransformer<out TModel> : ITransformer
    where TModel : class
{
    /// <summary>The column that is scored.</summary>
    string FeatureColumnName { get; }

    /// <summary>The type of that column in the training data.</summary>
    DataViewType FeatureColumnType { get; }

    /// <summary>What was learned.</summary>
    TModel Model { get; }
}
