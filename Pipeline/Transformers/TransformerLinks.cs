namespace MlPipeline.Pipeline.Transformers;

/// <summary>The links of a chain, chains within it opened.</summary>
internal static class TransformerLinks
{
    public static IEnumerable<ITransformer> Of(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Of) : [transformer];
}
