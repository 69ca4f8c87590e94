namespace MlPipeline.Pipeline.Tests;

/// <summary>Saves and loads through the archive, for the conformance test.</summary>
internal static class Archives
{
    public static ITransformer RoundTrip(ITransformer transformer, DataViewSchema schema)
    {
        var path = Path.GetTempFileName();
        try
        {
            ModelArchive.Save(path, new TrainedModel { Transformer = transformer, InputSchema = schema });
            return ModelArchive.Load(path).Transformer;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Images are the same when their source and their steps are.</summary>
    public static object? Describe(object? value) =>
        value is PipelineImage image ? $"{image.Name}: {string.Join(", ", image.Operations)}" : value;
}
