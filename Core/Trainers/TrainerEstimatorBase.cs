namespace MlPipeline.Core;

/// <summary>The base of trainers: checks the columns, then trains.</summary>
public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    /// <summary>The features that the trainer expects.</summary>
    public readonly SchemaShape.Column FeatureColumn;

    /// <summary>The label that the trainer expects.</summary>
    public readonly SchemaShape.Column LabelColumn;

    /// <summary>The weights that the trainer expects; without a name when there are none.</summary>
    public readonly SchemaShape.Column WeightColumn;

    private protected TrainerEstimatorBase(
        Host host, SchemaShape.Column feature, SchemaShape.Column label, string? weightColumnName)
    {
        Host = host;
        FeatureColumn = feature;
        LabelColumn = label;
        if (weightColumnName != null)
        {
            WeightColumn = new SchemaShape.Column(
                weightColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false);
        }
    }

    internal Host Host { get; }

    /// <inheritdoc/>
    public abstract TrainerInfo Info { get; }

    /// <summary>Trains on the rows whose label, features and weight are all there and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be trained on.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TrainTransformer(input, null);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckColumns(inputSchema);
        return inputSchema.With(OutputColumns(inputSchema.Require(LabelColumn.Name, GetType().Name)));
    }

    internal void CheckColumns(SchemaShape shape)
    {
        Check(shape, FeatureColumn, "feature");
        Check(shape, LabelColumn, "label");
        if (WeightColumn.Name != null)
            Check(shape, WeightColumn, "weight");
    }

    private protected abstract SchemaShape.Column[] OutputColumns(SchemaShape.Column label);

    private protected abstract TTransformer TrainTransformer(IDataView data, TModel? start);

    private void Check(SchemaShape shape, SchemaShape.Column expected, string role)
    {
        SchemaShape.Column found = shape.Require(expected.Name, GetType().Name);
        if (!expected.IsCompatibleWith(found))
            throw Errors.ColumnType(role, expected.Name, expected.GetTypeString(), found.GetTypeString());
    }
}
