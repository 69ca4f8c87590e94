using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public sealed class RecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_step_says_what_it_saw_and_the_way_to_transfer_has_a_reason()
    {
        SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 20, Size = 64 });
        var result = CommandRun.Of("recipe", _folder["pictures"], "--json", "--quiet").Good().Json;
        JsonElement[] steps = [.. result.GetProperty("steps").EnumerateArray()];
        Assert.True(steps.Length >= 6);
        Assert.All(steps, step =>
        {
            Assert.NotEmpty(step.GetProperty("advice").GetString()!);
            Assert.NotEmpty(step.GetProperty("numbers").EnumerateObject());
        });

        // (1) the loss without training is that of guessing.
        Assert.Equal(Math.Log(SampleSet.Classes.Count), steps[0].GetProperty("numbers").GetProperty("loss").GetDouble(), 0.2);
        Assert.NotEmpty(result.GetProperty("transfer").GetProperty("reason").GetString()!);
        Assert.True(result.GetProperty("validationAccuracy").GetDouble() > 0.5);
    }

    [Fact]
    public void On_layers_of_the_network_the_next_command_has_what_was_measured_to_be_better()
    {
        SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 6, Size = 64 });
        var result = CommandRun.Of("recipe", _folder["pictures"], "--backbone", "bootstrap-resnet", "--input-size", "32",
            "--train-layers", "last-stage", "--epochs", "1", "--json", "--quiet").Good().Json;
        Assert.Equal("last-stage", result.GetProperty("trainedLayers").GetString());
        var layers = result.GetProperty("advice").GetProperty("advised").TryGetProperty("layers", out var named)
            ? named.GetString() : null;
        string?[] next = [.. result.GetProperty("arguments").EnumerateArray().Select(a => a.GetString())];
        Assert.Equal(layers, next.Contains("--train-layers") ? next[Array.IndexOf(next, "--train-layers") + 1] : null);
        Assert.Equal(layers is not null, next.Contains("--epochs"));
        Assert.Contains("--input-size", next);
    }

    [Fact]
    public void A_learning_rate_that_is_too_high_is_named()
    {
        SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 12, Size = 64 });
        var result = CommandRun.Of("recipe", _folder["pictures"], "--learning-rates", "1e5", "--json", "--quiet").Good().Json;
        Assert.Equal("rateTooHigh", result.GetProperty("diagnosis").GetString());
    }
}
