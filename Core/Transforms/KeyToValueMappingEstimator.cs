namespace MlPipeline.Core;

/// <summary>
/// Turns keys, or vectors of them, back into what they stand for, told by the column's key values. A missing key becomes NaN,
/// empty text or 0. Nothing is learned.
/// </summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(Host host, params (string OutputColumnName, string InputColumnName)[] columns)
        : base(host, new KeyToValueMappingTransformer(host, columns))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(KeyToValueMappingEstimator));
            if (!source.IsKey
                || !source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values))
                throw Errors.ColumnType("input", source.Name, KeyToValueMappingTransformer.Expected, source.GetTypeString());
            SchemaShape? annotations = source.Kind == SchemaShape.Column.VectorKind.Vector
                && source.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column names)
                ? new SchemaShape([names])
                : null;
            return new SchemaShape.Column(pair.OutputColumnName, source.Kind, values.ItemType, values.IsKey, annotations);
        }));
    }
}
