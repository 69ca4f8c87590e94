using static MlPipeline.Core.SchemaShape.Column;

namespace MlPipeline.Core;

/// <summary>
/// Looks values, or each value of vectors, up in a map. What the map does not have becomes the default of the map's values: 0,
/// false, empty text, the missing key, an empty vector. Nothing is learned.
/// </summary>
public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(Host host, string outputColumnName, string inputColumnName, ValueMap map)
        : base(host, new ValueMappingTransformer(host, [(outputColumnName, inputColumnName)], map))
    {
    }

    /// <inheritdoc/>
    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column keys = Create("keys", Transformer.Map.Keys.ItemType);
        SchemaShape.Column values = Create("values", Transformer.Map.Values.Type);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(ValueMappingEstimator));
            if (!source.ItemType.Equals(keys.ItemType) || source.IsKey != keys.IsKey || (source.IsVector && values.IsVector))
                throw Errors.ColumnType("input", source.Name, Transformer.Map.Expected, source.GetTypeString());
            SchemaShape? annotations = Transformer.Map.Values.KeyValues is { } keyValues
                ? new SchemaShape([AnnotationUtils.KeyValuesShape(keyValues.ItemType)])
                : null;
            return new SchemaShape.Column(
                pair.OutputColumnName, source.IsVector ? source.Kind : values.Kind, values.ItemType, values.IsKey, annotations);
        }));
    }
}
