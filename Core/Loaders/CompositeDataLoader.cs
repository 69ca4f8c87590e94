namespace MlPipeline.Core;

/// <summary>
/// How a <see cref="CompositeDataLoader{TSource, TLastTransformer}"/> is saved: the loader and the chain as parts.
/// </summary>
internal static class CompositeDataLoader
{
    public const string Signature = "CompositeDataLoader";

    private const string LoaderPart = "Loader";
    private const string TransformerPart = "Transformer";

    public static void Save(ModelSaveContext ctx, ICanSaveModel loader, ICanSaveModel transformer)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.SaveModel(loader, LoaderPart);
        ctx.SaveModel(transformer, TransformerPart);
    }

    public static object Load(ModelLoadContext ctx) => new CompositeDataLoader<IMultiStreamSource, ITransformer>(
        ctx.LoadModel<IDataLoader<IMultiStreamSource>>(LoaderPart),
        ctx.LoadModel<TransformerChain<ITransformer>>(TransformerPart));
}
