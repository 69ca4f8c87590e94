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
    public void A_learning_rate_that_is_too_high_is_named()
    {
        SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 12, Size = 64 });
        var result = CommandRun.Of("recipe", _folder["pictures"], "--learning-rates", "1e5", "--json", "--quiet").Good().Json;
        Assert.Equal("rateTooHigh", result.GetProperty("diagnosis").GetString());
    }
}
