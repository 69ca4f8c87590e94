using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

public class SharedDataTests
{
    private static readonly string s_squeezeNet = SharedData.PathOf("backbones", "squeezenet1.1-fp16.onnx");

    [SharedFact("data", "flowers")]
    public void Flowers_are_told_apart_as_well_as_by_scikit_learn_on_the_same_features()
    {
        using var folder = new TemporaryFolder();
        var result = CommandRun.Of("train", SharedData.PathOf("data", "flowers"), "--backbone", s_squeezeNet,
            "--folds", "5", "--seed", "1",
            "--out", folder["m.mlp"], "--json", "--quiet").Good().Json;
        Assert.True(result.GetProperty("microAccuracy").GetDouble() >= 0.80, result.ToString());
    }

    [SharedFact("data", "imagenet-sample")]
    public void Squeezenet_labels_imagenet_as_well_as_on_another_runtime()
    {
        var images = CommandRun.Of("classify", SharedData.PathOf("data", "imagenet-sample"), "--backbone", s_squeezeNet,
            "--labels", SharedData.PathOf("backbones", "imagenet-1k-labels.tsv"), "--json", "--quiet")
                .Good().Json.GetProperty("images");
        var first = 0;
        var among = 0;
        foreach (var image in images.EnumerateArray())
        {
            var synset = Path.GetFileName(image.GetProperty("path").GetString()!).Split('_')[0];
            string[] ids = [.. image.GetProperty("top").EnumerateArray().Select(t => t.GetProperty("id").GetString()!)];
            first += ids[0] == synset ? 1 : 0;
            among += ids.Contains(synset) ? 1 : 0;
        }

        Assert.Equal(200, images.GetArrayLength());
        Assert.True(first >= 118, $"top-1: {first} of 200");
        Assert.True(among >= 158, $"top-5: {among} of 200");
    }
}
