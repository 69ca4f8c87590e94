using System.Text.Json;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Onnx;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>What docs/json.md says of each command's object is what the command prints.</summary>
public class JsonGuideTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    private static readonly string[] s_shared = ["error", "work", "test"];

    // demo takes the time of a whole training, and serve ends when it is told to: their own tests check what they print.
    private static readonly string[] s_elsewhere = ["demo", "serve"];

    [Fact]
    public void The_guide_lists_what_every_command_prints()
    {
        var (picture, bad) = (trained.SomePictures[0], trained.Scratch("bad.png"));
        File.WriteAllText(bad, "not a picture");
        var few = trained.Scratch("few.csv");
        File.WriteAllLines(few, ["path,label", .. Directory.GetDirectories(trained.Pictures).Take(3).SelectMany(folder =>
            Directory.GetFiles(folder).Order().Take(8).Select(f => $"{f},{Path.GetFileName(folder)}"))]);
        var network = trained.Scratch("network.onnx");
        OnnxWriter.Save(ArchitectureCatalog.ByName("squeezenet1.1").Build(), network);
        Dictionary<string, string[][]> runs = new()
        {
            ["error"] = [["nonsense"]],
            ["train"] =
            [
                ["train", few, "--out", trained.Scratch("1.zip"), "--folds", "2", "--features-from", "auto"],
                ["train", few, "--out", trained.Scratch("2.zip"), "--calibrate", "--target-precision", "0.9"],
                ["train", few, "--out", trained.Scratch("4.zip"), "--train-layers", "last-stage", "--epochs", "1"],
            ],
            ["tune"] = [["tune", few, "--out", trained.Scratch("3.zip"), "--trials", "4", "--folds", "2", "--nested",
                "--features-from", "pooled", "--report", trained.Scratch("search")],
                ["tune", few, "--out", trained.Scratch("5.zip"), "--trials", "1", "--train-layers", "last-stage", "--epochs",
                    "1"]],
            ["recipe"] = [["recipe", few, "--report", trained.Scratch("recipe")]],
            ["evaluate"] = [["evaluate", trained.Model, few]],
            ["predict"] = [["predict", trained.Model, picture, bad, "--out", trained.Scratch("p.csv")]],
            ["classify"] = [["classify", picture, bad]],
            ["explain"] = [["explain", trained.Model, picture, bad, "--out", trained.Scratch("maps")]],
            ["score"] = [["score", trained.Model, few, "--out", trained.Scratch("s.csv"), "--shard", "1/1"],
                ["score", trained.Model, Path.GetDirectoryName(picture)!, "--out", trained.Scratch("s2.csv"), "--resume"]],
            ["merge"] = [["merge", trained.Scratch("s.csv")]],
            ["explain-eval"] = [["explain-eval", trained.Model, trained.Pictures, "--limit", "6", "--methods", "cam", "random"]],
            ["export"] = [["export", trained.Model, "--out", trained.Scratch("model.onnx"), "--with-preprocessing"]],
            ["features"] = [["features", few, "--out", trained.Scratch("f.npy")]],
            ["summary"] = [["summary", "lenet5"], ["summary", "bootstrap-resnet"]],
            ["bench"] = [["bench", "lenet5", "--seconds", "0.1", "--layers"]],
            ["backbones add"] = [["backbones", "add", network, "--name", "mine"]],
            ["backbones pull"] = [["backbones", "pull", "resnet18", "--mirror",
                Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx")]],
            ["backbones list"] = [["backbones", "list"]],
            ["backbones verify"] = [["backbones", "verify"]],
            ["backbones remove"] = [["backbones", "remove", "resnet18"]],
            ["cache info"] = [["cache", "info"]],
            ["cache verify"] = [["cache", "verify"]],
            ["cache prune"] = [["cache", "prune"]],
            ["completion"] = [["completion", "bash"]],
            ["--version"] = [["--version"]],
        };
        Assert.Equal(JsonGuide.Sections.Except(s_shared).Except(s_elsewhere).Order(StringComparer.Ordinal),
            runs.Keys.Except(s_shared).Order(StringComparer.Ordinal));
        JsonGuide.Check("train", trained.Training.Json);
        foreach (var (command, lines) in runs)
        {
            foreach (var line in lines)
            {
                var run = CommandRun.Of([.. line, "--json", "--quiet"]);
                Assert.True(run.Output.Length > 0, $"{string.Join(' ', line)}: {run.Error}");
                if (run.ExitCode == 0)
                    Assert.False(run.Json.TryGetProperty("error", out _));
                else
                    JsonGuide.Check("error", JsonDocument.Parse($"{{\"error\":{run.Json.GetProperty("error")}}}").RootElement);
                JsonGuide.Check(command, run.Json);
            }
        }
    }
}
