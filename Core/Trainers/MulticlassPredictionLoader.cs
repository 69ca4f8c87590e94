namespace MlPipeline.Core;

/// <summary>Reads what <see cref="MulticlassPredictionTransformer{TModel}"/> saved.</summary>
internal static class MulticlassPredictionLoader
{
    public const string Signature = "MulticlassPrediction";
    public const string ModelPart = "Model";

    public static object Load(ModelLoadContext ctx)
    {
        string features = ctx.ReadName();
        KeyValueList? values = !ctx.Reader.ReadBoolean() ? null
            : ctx.Version == 1 ? KeyValueList.LoadFirstLayout(ctx)
            : KeyValueList.Load(ctx);
        IMulticlassScorer model = ctx.LoadModel<IMulticlassScorer>(ModelPart);
        var type = new VectorDataViewType(NumberDataViewType.Single, model.FeatureCount);
        return model switch
        {
            MaximumEntropyModelParameters entropy =>
                new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(ctx.Host, entropy, features, type, values),
            LinearMulticlassModelParameters linear =>
                new MulticlassPredictionTransformer<LinearMulticlassModelParameters>(ctx.Host, linear, features, type, values),
            _ => throw ctx.Corrupt($"a model of type {model.GetType().Name}"),
        };
    }
}
