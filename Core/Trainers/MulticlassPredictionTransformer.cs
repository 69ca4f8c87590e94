namespace MlPipeline.Core;

/// <summary>
/// A trained classifier. Adds PredictedLabel, a key with the training label's key values, and Score, a value for each class
/// with the classes' names as slot names.
/// </summary>
public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    private readonly KeyValueList? _labelValues;

    internal MulticlassPredictionTransformer(Host host, TModel model, string featureColumnName, DataViewType featureColumnType,
        KeyValueList? labelValues)
        : base(host, model, featureColumnName, featureColumnType) => _labelValues = labelValues;

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) =>
        new MulticlassScoreMapper(inputSchema, (IMulticlassScorer)Model, FeatureColumnName, _labelValues);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(MulticlassPredictionLoader.Signature, version: 2);
        ctx.Writer.Write(FeatureColumnName);
        ctx.Writer.Write(_labelValues != null);
        _labelValues?.Save(ctx.Writer);
        ctx.SaveModel((IMulticlassScorer)Model, MulticlassPredictionLoader.ModelPart);
    }
}
