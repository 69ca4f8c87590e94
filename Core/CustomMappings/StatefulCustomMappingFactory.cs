namespace MlPipeline.Core;

/// <summary>Gives the functions of a custom mapping with a state when a saved model is loaded.</summary>
public abstract class StatefulCustomMappingFactory<TSrc, TDst, TState> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
    where TState : class, new()
{
    /// <summary>For deriving classes, which need a constructor without parameters.</summary>
    protected StatefulCustomMappingFactory()
    {
    }

    /// <summary>The function of a row and the state.</summary>
    public abstract Action<TSrc, TDst, TState> GetMapping();

    /// <summary>The function that prepares the state of a pass over the rows.</summary>
    public abstract Action<TState> GetStateInitAction();

    ITransformer ICustomMappingFactory.CreateTransformer(Host host, string contractName) =>
        new StatefulCustomMappingTransformer<TSrc, TDst, TState>(GetMapping(), contractName, GetStateInitAction());
}
