using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public sealed class ConfidenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ConfidenceTests() =>
        SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 12, Size = 48, Seed = 2 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_trained_for_a_precision_says_when_it_abstains()
    {
        var trained = Train("a.mlp", "--calibrate", "--target-precision", "1", "--class-weights", "balanced").Good().Json;
        var confidence = trained.GetProperty("confidence");
        var threshold = confidence.GetProperty("threshold").GetDouble();
        Assert.InRange(threshold, 0.01, 1.01);
        Assert.True(confidence.TryGetProperty("uncalibratedError", out _));

        // All pictures were seen before: none goes through the network again, and the figures agree with the predictions.
        var evaluated = CommandRun.Of("evaluate", _folder["a.mlp"], _folder["pictures"], "--json", "--quiet").Good().Json;
        var without = CommandRun.Of("evaluate", _folder["a.mlp"], _folder["pictures"], "--no-cache", "--json", "--quiet")
            .Good().Json;
        Assert.Equal(evaluated.GetProperty("images").GetInt32(), evaluated.GetProperty("cached").GetInt32());
        Assert.Equal(0, without.GetProperty("cached").GetInt32());
        Assert.Equal(without.GetProperty("logLoss").GetDouble(), evaluated.GetProperty("logLoss").GetDouble());
        JsonElement[] images = [.. CommandRun.Of("predict", _folder["a.mlp"], _folder["pictures"], "--json", "--quiet")
            .Good().Json.GetProperty("images").EnumerateArray()];
        Assert.All(images, image =>
            Assert.Equal(image.GetProperty("score").GetDouble() < threshold, image.GetProperty("abstained").GetBoolean()));
        Assert.Equal(images.Count(image => image.GetProperty("abstained").GetBoolean()),
            evaluated.GetProperty("confidence").GetProperty("abstained").GetInt32());
    }

    [Fact]
    public void Weights_and_an_earlier_model_can_be_given_and_mistakes_are_named()
    {
        string[] rows = [.. SampleSet.Classes.SelectMany(name => Directory.GetFiles(_folder["pictures", name])
            .Select((path, i) => $"{path}\t{name}\t{1 + i % 2}"))];
        File.WriteAllLines(_folder["manifest.tsv"], ["path\tlabel\timportance", .. rows]);
        var plain = On("manifest.tsv", "a.mlp", "--l2", "3").Good().Json;
        var weighted = On("manifest.tsv", "b.mlp", "--l2", "3", "--weights", "importance").Good().Json;
        var warm = On("manifest.tsv", "c.mlp", "--l2", "3", "--warm-start", _folder["a.mlp"]).Good().Json;
        Assert.NotEqual(plain.GetProperty("logLoss").GetDouble(), weighted.GetProperty("logLoss").GetDouble());
        Assert.Equal(plain.GetProperty("logLoss").GetDouble(), warm.GetProperty("logLoss").GetDouble(), 0.01);
        Assert.Contains("'weight'", On("manifest.tsv", "d.mlp", "--weights", "weight").Error, StringComparison.Ordinal);
        Assert.Equal(2, Train("d.mlp", "--target-precision", "1.5").ExitCode);
        Assert.Equal(2, Train("d.mlp", "--class-weights", "heavy").ExitCode);
        Assert.Equal(2, Train("d.mlp", "--trainer", "svm", "--l1", "1").ExitCode);
        Assert.Contains("'nobody'", Train("d.mlp", "--class-weights", "nobody=2").Error, StringComparison.Ordinal);
    }

    private CommandRun Train(string model, params string[] more) => On("pictures", model, more);

    private CommandRun On(string data, string model, params string[] more) =>
        CommandRun.Of(["train", _folder[data], "--out", _folder[model], "--json", "--quiet", .. more]);
}
