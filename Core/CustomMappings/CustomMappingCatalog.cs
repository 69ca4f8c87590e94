namespace MlPipeline.Core;

/// <summary>Mappings and filters written as a function of objects.</summary>
public static class CustomMappingCatalog
{
    /// <summary>
    /// Adds the columns of <typeparamref name="TDst"/>, made by a function from those of <typeparamref name="TSrc"/>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="mapAction">
    /// Fills its second argument, a fresh object, from its first, which is re-used for the next row. It must depend on
    /// nothing else, and may be called on several threads at once.
    /// </param>
    /// <param name="contractName">
    /// The name under which a <see cref="CustomMappingFactory{TSrc, TDst}"/> gives the function when a saved model is loaded;
    /// null if the model will not be saved.
    /// </param>
    /// <param name="inputSchemaDefinition">Which members of <typeparamref name="TSrc"/> are columns.</param>
    /// <param name="outputSchemaDefinition">Which members of <typeparamref name="TDst"/> are columns.</param>
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog, Action<TSrc, TDst> mapAction, string? contractName,
        SchemaDefinition? inputSchemaDefinition = null, SchemaDefinition? outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(mapAction);
        return new CustomMappingEstimator<TSrc, TDst>(
            catalog.Host, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition);
    }

    /// <summary>
    /// Adds the columns of <typeparamref name="TDst"/>, made by a function from those of <typeparamref name="TSrc"/> and from
    /// what it keeps of the rows before. Each cursor has a state of its own, and sees all rows in their order.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="mapAction">
    /// Fills its second argument, a fresh object, from its first, which is re-used for the next row, and from the state.
    /// </param>
    /// <param name="stateInitAction">Prepares the state of a cursor; null to leave it as it is made.</param>
    /// <param name="contractName">
    /// The name under which a <see cref="StatefulCustomMappingFactory{TSrc, TDst, TState}"/> gives the functions when a saved
    /// model is loaded; null if the model will not be saved.
    /// </param>
    public static StatefulCustomMappingEstimator<TSrc, TDst, TState> StatefulCustomMapping<TSrc, TDst, TState>(
        this TransformsCatalog catalog, Action<TSrc, TDst, TState> mapAction, Action<TState>? stateInitAction,
        string? contractName)
        where TSrc : class, new()
        where TDst : class, new()
        where TState : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(mapAction);
        return new StatefulCustomMappingEstimator<TSrc, TDst, TState>(catalog.Host, mapAction, contractName, stateInitAction);
    }

    /// <summary>Drops the rows for which the predicate is true.</summary>
    public static IDataView FilterByCustomPredicate<TSrc>(
        this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(filterPredicate);
        return new CustomFilterView<TSrc>(input, () => filterPredicate, isStateful: false);
    }

    /// <summary>
    /// Drops the rows for which the predicate is true; each cursor has a state of its own, and sees rows in order.
    /// </summary>
    public static IDataView FilterByStatefulCustomPredicate<TSrc, TState>(
        this DataOperationsCatalog catalog, IDataView input, Func<TSrc, TState, bool> filterPredicate,
        Action<TState> stateInitAction)
        where TSrc : class, new()
        where TState : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(filterPredicate);
        return new CustomFilterView<TSrc>(input, NewPredicate, isStateful: true);

        Func<TSrc, bool> NewPredicate()
        {
            var state = new TState();
            stateInitAction?.Invoke(state);
            return row => filterPredicate(row, state);
        }
    }
}
