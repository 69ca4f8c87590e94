namespace MlPipeline.EndToEnd.Tests;

public class DemoTests
{
    [Fact]
    public void Learns_and_points_with_real_weights()
    {
        using var folder = new TemporaryFolder();
        var run = CommandRun.Of("demo", "--out", folder["demo"], "--json").Good();
        var result = run.Json;
        Assert.Equal("resnet18", result.GetProperty("backbone").GetString());
        Assert.True(result.GetProperty("microAccuracy").GetDouble() >= 0.97, run.Output);
        Assert.True(result.GetProperty("pointing").GetDouble() >= 0.9, run.Output);
        Assert.True(File.Exists(result.GetProperty("report").GetString()));
        Assert.All(result.GetProperty("heatmaps").EnumerateArray(), h => Assert.True(File.Exists(h.GetString())));
    }
}
