namespace MlPipeline.EndToEnd.Tests;

public class DemoTests
{
    [Fact]
    public void Learns_and_points_with_real_weights()
    {
        using var folder = new TemporaryFolder();
        var run = CommandRun.OfProcess("demo", "--out", folder["demo"], "--json").Good();
        var result = run.Json;
        Assert.Equal("resnet18", result.GetProperty("backbone").GetString());
        Assert.True(result.GetProperty("microAccuracy").GetDouble() >= 0.97, run.Output);
        Assert.True(result.GetProperty("pointing").GetDouble() >= 0.9, run.Output);

        // A folder whose model the demo did not make is left as it is.
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine", "model.zip"], "mine");
        Assert.Equal(2, CommandRun.Of("demo", "--out", folder["mine"]).ExitCode);
        Assert.True(File.Exists(result.GetProperty("report").GetString()));
        JsonGuide.Check("demo", result);
        Assert.All(result.GetProperty("heatmaps").EnumerateArray(), h => Assert.True(File.Exists(h.GetString())));
    }
}
