using System.Security.Cryptography;

namespace MlPipeline.EndToEnd.Tests;

public class DemoTests
{
    [Fact]
    public void Learns_points_and_gives_the_same_bits_with_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        var one = CommandRun.Of("demo", "--out", folder["one"], "--threads", "1", "--json").Good();
        var result = one.Json;
        Assert.True(result.GetProperty("microAccuracy").GetDouble() >= 0.95, one.Output);
        Assert.True(result.GetProperty("pointing").GetDouble() >= 0.85, one.Output);
        Assert.True(File.Exists(result.GetProperty("report").GetString()));
        Assert.All(result.GetProperty("heatmaps").EnumerateArray(), h => Assert.True(File.Exists(h.GetString())));

        var again = CommandRun.Of("demo", "--out", folder["two"], "--threads", "2", "--json", "--quiet").Good().Json;
        Assert.Equal(result.GetProperty("logLoss").GetDouble(), again.GetProperty("logLoss").GetDouble());
        Assert.Equal(HashOf(result.GetProperty("model").GetString()!), HashOf(again.GetProperty("model").GetString()!));
    }

    private static string HashOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
