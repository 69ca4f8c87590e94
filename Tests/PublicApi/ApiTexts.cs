namespace MlPipeline.PublicApi.Tests;

/// <summary>The texts that lie beside the tests.</summary>
internal static class ApiTexts
{
    public static string[] Lines(string name)
    {
        using Stream stream = typeof(ApiTexts).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
