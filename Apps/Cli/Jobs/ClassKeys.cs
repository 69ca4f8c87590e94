namespace MlPipeline.Cli.Jobs;

/// <summary>Maps labels to keys by a fixed list of classes, so that every fold and test knows every class in the same
/// order.</summary>
internal static class ClassKeys
{
    public static IEstimator<ITransformer> Estimator(MLContext ml, IReadOnlyList<string> classes)
    {
        var keys = ml.Data.LoadFromEnumerable(classes.Select(name => new ClassRow { Label = name }).ToArray());
        return ml.Transforms.Conversion.MapValueToKey("Label", keyData: keys);
    }

    private sealed class ClassRow
    {
        public string Label { get; set; } = "";
    }
}
