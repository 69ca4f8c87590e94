namespace MlPipeline.EndToEnd.Tests;

/// <summary>The command that writes models for other programs.</summary>
public class ExportTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    [Fact]
    public void A_trained_model_becomes_a_zip_for_ML_NET_and_misuse_is_named()
    {
        var place = trained.Scratch("mlnet.zip");

        var run = CommandRun.Of("export", trained.Model, "--out", place, "--format", "mlnet", "--check", trained.SomePictures[0],
            "--json", "--quiet").Good();

        Assert.Equal(["managed", "onnxruntime", "ML.NET"],
            run.Json.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("runtime").GetString()));
        var ml = new MLContext(1);
        var model = ml.Model.Load(place, out var schema);
        Assert.Equal("ImagePath", schema.Single().Name);
        Assert.Contains(model.GetOutputSchema(schema), c => c.Name == "PredictedLabel" && c.Type is TextDataViewType);

        var again = CommandRun.Of("export", trained.Model, "--out", place);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        var both = CommandRun.Of("export", trained.Model, "--out", trained.Scratch("b.zip"), "--format", "mlnet",
            "--with-preprocessing");
        Assert.Equal(2, both.ExitCode);
        Assert.False(File.Exists(trained.Scratch("b.zip")));
    }
}
