namespace MlPipeline.Core;

/// <summary>The base of trained models that score one column of features.</summary>
public abstract class SingleFeaturePredictionTransformerBase<TModel>
    : RowToRowTransformerBase, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(
        Host host, TModel model, string featureColumnName, DataViewType featureColumnType)
        : base(host)
    {
        Model = model;
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
    }

    /// <inheritdoc/>
    public TModel Model { get; }

    /// <inheritdoc/>
    public string FeatureColumnName { get; }

    /// <inheritdoc/>
    public DataViewType FeatureColumnType { get; }
}
