namespace MlPipeline.Core;

/// <summary>Copies columns of any type to other names. Nothing is learned.</summary>
public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(Host host, params (string OutputColumnName, string InputColumnName)[] columns)
        : base(host, new ColumnCopyingTransformer(host, columns))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(
            pair => inputSchema.Require(pair.InputColumnName, nameof(ColumnCopyingEstimator)).Renamed(pair.OutputColumnName)));
    }
}
