namespace MlPipeline.Core;

/// <summary>
/// The base of estimators that scale each row's vector by itself, by one of its norms. Takes vectors of floats of known size.
/// Nothing is learned.
/// </summary>
public abstract class LpNormNormalizingEstimatorBase : TrivialEstimator<LpNormNormalizingTransformer>
{
    internal const string Expected = "a vector of Single of known size";

    private protected LpNormNormalizingEstimatorBase(Host host, LpNormNormalizingTransformer transformer)
        : base(host, transformer)
    {
    }

    /// <summary>What a vector is divided by.</summary>
    public enum NormFunction : byte
    {
        /// <summary>The root of the sum of squares.</summary>
        L2 = 0,

        /// <summary>The root of the mean squared distance from the mean.</summary>
        StandardDeviation = 1,

        /// <summary>The sum of absolute values.</summary>
        L1 = 2,

        /// <summary>The largest absolute value.</summary>
        Infinity = 3,
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, GetType().Name);
            if (source.Kind != SchemaShape.Column.VectorKind.Vector || source.IsKey
                || source.ItemType != NumberDataViewType.Single)
                throw Errors.ColumnType("input", source.Name, Expected, source.GetTypeString());
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, source.ItemType, isKey: false, NormalizedAnnotations.Shape(source));
        }));
    }
}
