namespace MlPipeline.Core;

/// <summary>Gives the function of a custom mapping when a saved model is loaded.</summary>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    /// <summary>For deriving classes, which need a constructor without parameters.</summary>
    protected CustomMappingFactory()
    {
    }

    /// <summary>The function.</summary>
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(Host host, string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(host, GetMapping(), contractName, null, null);
}

/// <summary>A factory whose classes are not known at compile time.</summary>
internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(Host host, string contractName);
}
