namespace MlPipeline.Core.Tests.Transforms;

/// <summary>Saves and loads one transformer in Core's own layout.</summary>
internal static class SavedModels
{
    public static ITransformer SaveAndLoad(ITransformer transformer, DataViewSchema schema)
    {
        _ = schema;
        return Load(Save(transformer));
    }

    public static Dictionary<string, byte[]> Save(ITransformer transformer)
    {
        Dictionary<string, byte[]> entries = [];
        using ModelSaveContext ctx = new(new Host(1), entries, "it");
        transformer.Save(ctx);
        ctx.Finish(transformer);
        return entries;
    }

    public static ITransformer Load(Dictionary<string, byte[]> entries) =>
        (ITransformer)ModelLoaders.Load(new ModelLoadContext(new Host(1), entries, "it"));
}
