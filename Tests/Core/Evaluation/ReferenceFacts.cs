using System.Text.Json;

namespace MlPipeline.Core.Tests.Evaluation;

/// <summary>Rows, and what ML.NET computes for them.</summary>
internal static class ReferenceFacts
{
    public static JsonElement Root { get; } = Read();

    public static string[] Classes { get; } = [.. Root.GetProperty("classes").EnumerateArray().Select(name => name.GetString()!)];

    public static float[][] Table(string name) =>
        [.. Root.GetProperty("normalizers").GetProperty(name).EnumerateArray().Select(Floats)];

    public static float[] Floats(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetSingle())];

    public static double[] Doubles(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetDouble())];

    private static JsonElement Read()
    {
        using Stream stream = typeof(ReferenceFacts).Assembly.GetManifestResourceStream("evaluator-reference.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
