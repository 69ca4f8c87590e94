namespace MlPipeline.Core;

/// <summary>
/// How a <see cref="TransformerChain{TLastTransformer}"/> is saved: the scopes, then each transformer as a part.
/// </summary>
internal static class TransformerChain
{
    public const string Signature = "TransformerChain";

    public static void Save(ModelSaveContext ctx, ITransformer[] transformers, TransformerScope[] scopes)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(transformers.Length);
        foreach (TransformerScope scope in scopes)
            ctx.Writer.Write((int)scope);
        for (int i = 0; i < transformers.Length; i++)
            ctx.SaveModel(transformers[i], $"{i:000}");
    }

    public static object Load(ModelLoadContext ctx)
    {
        var scopes = new TransformerScope[ctx.ReadCount(sizeof(int))];
        for (int i = 0; i < scopes.Length; i++)
            scopes[i] = (TransformerScope)ctx.ReadInt32InRange(0, (int)TransformerScope.Everything, "scope");
        var transformers = new ITransformer[scopes.Length];
        for (int i = 0; i < transformers.Length; i++)
            transformers[i] = ctx.LoadModel<ITransformer>($"{i:000}");
        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
