namespace MlPipeline.Core;

/// <summary>Keeps, or drops, columns by name. Nothing is learned.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(Host host, string[]? keepColumns, string[]? dropColumns, bool keepHidden)
        : base(host, new ColumnSelectingTransformer(host, keepColumns, dropColumns, keepHidden))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] named = Array.ConvertAll(
            Transformer.ColumnNames, name => inputSchema.Require(name, nameof(ColumnSelectingEstimator)));
        return Transformer.Drops
            ? new SchemaShape(inputSchema.Where(column => !Transformer.ColumnNames.Contains(column.Name)))
            : new SchemaShape(named);
    }
}
