namespace MlPipeline.Core;

/// <summary>
/// Converts columns, scalars or vectors, to another item type: numbers and truth values into each other, anything into text and
/// text into anything, keys into whole numbers. Text that cannot be read becomes NaN, or 0 where there is no NaN; numbers out of
/// range become the nearest there is. Nothing is learned.
/// </summary>
public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(
        Host host, DataKind outputKind, params (string OutputColumnName, string InputColumnName)[] columns)
        : base(host, new TypeConvertingTransformer(host, outputKind, columns))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        PrimitiveDataViewType target = Transformer.OutputType;
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(TypeConvertingEstimator));
            if (!ValueConversion.Exists(source.ItemType, source.IsKey, target))
                throw Errors.ColumnType("input", source.Name, $"a type that converts to {target}", source.GetTypeString());
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, target, isKey: false,
                new SchemaShape(source.Annotations.Where(
                    kind => TypeConvertingTransformer.Keeps(
                        kind.Name, source.IsKey ? TextDataViewType.Instance : source.ItemType, target))));
        }));
    }
}
