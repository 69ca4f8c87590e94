using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>What the linear multiclass trainers share: reading the rows, and the columns that their models give.</summary>
public abstract class MulticlassTrainerBase<TModel> : TrainerEstimatorBase<MulticlassPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected MulticlassTrainerBase(Host host, TrainerInputBaseWithWeight options)
        : base(host, Features(options), Label(options), options.ExampleWeightColumnName)
    {
    }

    private protected override SchemaShape.Column[] OutputColumns(SchemaShape.Column label)
    {
        bool named = label.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values);
        var score = new List<SchemaShape.Column>(AnnotationUtils.ScoreColumnShapes);
        var predicted = new List<SchemaShape.Column>(AnnotationUtils.ScoreColumnShapes);
        if (named)
        {
            if (values.ItemType is TextDataViewType)
                score.Add(AnnotationUtils.SlotNamesShape);
            score.Add(values.Renamed(AnnotationUtils.Kinds.TrainingLabelValues));
            predicted.Add(values);
        }

        return
        [
            new SchemaShape.Column("PredictedLabel", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true,
                new SchemaShape(predicted)),
            new SchemaShape.Column("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false,
                new SchemaShape(score)),
        ];
    }

    private protected override MulticlassPredictionTransformer<TModel> TrainTransformer(IDataView data, TModel? start)
    {
        CheckColumns(SchemaShape.Create(data.Schema));
        DataViewSchema.Column label = data.Schema[LabelColumn.Name];
        DataViewSchema.Column features = data.Schema[FeatureColumn.Name];
        TrainingSamples samples = TrainingRows.Read(Host, GetType().Name, data, features, label,
            WeightColumn.Name is null ? null : data.Schema[WeightColumn.Name]);
        TModel model = Train(samples, start);
        return new MulticlassPredictionTransformer<TModel>(
            Host, model, FeatureColumn.Name, features.Type, KeyValueList.Of(label));
    }

    private protected abstract TModel Train(TrainingSamples samples, TModel? start);

    private static SchemaShape.Column Features(TrainerInputBase options) =>
        new(options.FeatureColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);

    private static SchemaShape.Column Label(TrainerInputBaseWithLabel options) =>
        new(options.LabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
}
