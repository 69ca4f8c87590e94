namespace MlPipeline.Core;

/// <summary>
/// A loader followed by transformers: what it loads is transformed, lazily. Saved with a model it comes back whole.
/// </summary>
public sealed class CompositeDataLoader<TSource, TLastTransformer> : IDataLoader<TSource>
    where TLastTransformer : class, ITransformer
{
    /// <summary>What loads the data.</summary>
    public readonly IDataLoader<TSource> Loader;

    /// <summary>What is then applied to it; may be empty.</summary>
    public readonly TransformerChain<TLastTransformer> Transformer;

    /// <summary>A loader followed by a chain; by default an empty one.</summary>
    public CompositeDataLoader(IDataLoader<TSource> loader, TransformerChain<TLastTransformer>? transformerChain = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        Loader = loader;
        Transformer = transformerChain ?? new TransformerChain<TLastTransformer>();
    }

    /// <summary>This loader with one more transformer.</summary>
    public CompositeDataLoader<TSource, TNewLast> AppendTransformer<TNewLast>(TNewLast transformer)
        where TNewLast : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new CompositeDataLoader<TSource, TNewLast>(Loader, Transformer.Append(transformer));
    }

    /// <summary>The transformed data of a source, read lazily.</summary>
    public IDataView Load(TSource input) => Transformer.Transform(Loader.Load(input));

    /// <summary>The columns of what <see cref="Load"/> gives.</summary>
    public DataViewSchema GetOutputSchema() => Transformer.GetOutputSchema(Loader.GetOutputSchema());

    void ICanSaveModel.Save(ModelSaveContext ctx) => CompositeDataLoader.Save(ctx, Loader, Transformer);
}
