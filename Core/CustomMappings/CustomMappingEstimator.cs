namespace MlPipeline.Core;

/// <summary>Makes a <see cref="CustomMappingTransformer{TSrc, TDst}"/>; learns nothing.</summary>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        Host host, Action<TSrc, TDst> mapAction, string? contractName,
        SchemaDefinition? inputDefinition, SchemaDefinition? outputDefinition)
        : base(host, new CustomMappingTransformer<TSrc, TDst>(host, mapAction, contractName, inputDefinition, outputDefinition))
    {
    }

    /// <summary>The input's columns and those of <typeparamref name="TDst"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column of <typeparamref name="TSrc"/> is missing or of another type.
    /// </exception>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return CustomMappingShape.After(inputSchema, Transformer.InputBindings, Transformer.OutputSchema);
    }
}
