namespace MlPipeline.Core;

/// <summary>
/// Who reads which signature. A new saveable component adds one line here: its signature, the newest layout version that
/// it reads, and a function that makes it from a <see cref="ModelLoadContext"/> (or throws <see cref="InvalidDataException"/>).
/// </summary>
internal static class ModelLoaders
{
    private sealed record Loader(int NewestVersion, Func<ModelLoadContext, object> Load);

    private static readonly Dictionary<string, Loader> _loaders = new(StringComparer.Ordinal)
    {
        [CompositeDataLoader.Signature] = new(1, CompositeDataLoader.Load),
        [CustomMappingLoader.Signature] = new(1, CustomMappingLoader.Load),
        [TransformerChain.Signature] = new(1, TransformerChain.Load),
        [MulticlassPredictionLoader.Signature] = new(2, MulticlassPredictionLoader.Load),
        [MaximumEntropyModelParameters.LoaderSignature] = new(1, MaximumEntropyModelParameters.Load),
        [LinearMulticlassModelParameters.LoaderSignature] = new(1, LinearMulticlassModelParameters.Load),
        [ColumnConcatenatingTransformer.Signature] = new(1, ColumnConcatenatingTransformer.Load),
        [ColumnCopyingTransformer.Signature] = new(1, ColumnCopyingTransformer.Load),
        [ColumnSelectingTransformer.Signature] = new(1, ColumnSelectingTransformer.Load),
        [KeyToValueMappingTransformer.Signature] = new(1, KeyToValueMappingTransformer.Load),
        [KeyToVectorMappingTransformer.Signature] = new(1, KeyToVectorMappingTransformer.Load),
        [LpNormNormalizingTransformer.Signature] = new(1, LpNormNormalizingTransformer.Load),
        [NormalizingTransformer.Signature] = new(1, NormalizingTransformer.Load),
        [TextLoader.Signature] = new(2, TextLoader.LoadSaved),
        [TypeConvertingTransformer.Signature] = new(1, TypeConvertingTransformer.Load),
        [ValueMappingTransformer.Signature] = new(1, ValueMappingTransformer.Load),
        [ValueToKeyMappingTransformer.Signature] = new(2, ValueToKeyMappingTransformer.Load),
    };

    public static object Load(ModelLoadContext ctx)
    {
        if (!_loaders.TryGetValue(ctx.Signature, out Loader? loader))
            throw new InvalidDataException($"The model has a component '{ctx.Signature}' that is not known here.");
        if (ctx.Version < 1 || ctx.Version > loader.NewestVersion)
            throw new InvalidDataException(
                $"Component '{ctx.Signature}' was saved in layout {ctx.Version}; layouts 1 to {loader.NewestVersion} "
                    + "can be read.");
        object component;
        try
        {
            component = loader.Load(ctx);
        }
        catch (EndOfStreamException)
        {
            throw ctx.Corrupt("it ends too early");
        }
        ctx.Check(ctx.Remaining == 0, $"{ctx.Remaining} bytes too many");
        return component;
    }
}
