using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>A small drawn data set and a model trained on it by the command line, made once for all tests that only read
/// them.</summary>
public sealed class TrainedModelFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainedModelFixture()
    {
        SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 20, Size = 128, Seed = 5 });
        Training = CommandRun.Of("train", Pictures, "--out", Model, "--report", _folder["report"], "--json", "--quiet");
    }

    internal CommandRun Training { get; }

    public string Pictures => _folder["pictures"];

    public string Model => _folder["model.mlp"];

    public string Report => _folder["report", "report.html"];

    public string Scratch(string name) => _folder[name];

    public IReadOnlyList<string> SomePictures => [.. SampleSet.Classes.Select(c => Path.Combine(Pictures, c, "003.png"))];

    public void Dispose() => _folder.Dispose();
}
