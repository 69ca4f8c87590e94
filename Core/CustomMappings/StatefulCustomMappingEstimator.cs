namespace MlPipeline.Core;

/// <summary>Makes a <see cref="StatefulCustomMappingTransformer{TSrc, TDst, TState}"/>; learns nothing.</summary>
public sealed class StatefulCustomMappingEstimator<TSrc, TDst, TState>
    : TrivialEstimator<StatefulCustomMappingTransformer<TSrc, TDst, TState>>
    where TSrc : class, new()
    where TDst : class, new()
    where TState : class, new()
{
    internal StatefulCustomMappingEstimator(
        Host host, Action<TSrc, TDst, TState> mapAction, string? contractName, Action<TState>? stateInitAction)
        : base(
            host,
            new StatefulCustomMappingTransformer<TSrc, TDst, TState>(mapAction, contractName, stateInitAction))
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
