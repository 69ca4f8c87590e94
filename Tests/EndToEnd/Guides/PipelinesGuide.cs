using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/pipelines.md.</summary>
internal static class PipelinesGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var photos = ml.Data.LoadImageFolder("photos");
        var network = "bootstrap-resnet";

        // <guide>
        var marking = new ImageDecodingOptions { ErrorColumnName = "Error" };
        var chain = ml.Transforms.DecodeImages("Image", "ImagePath", marking)
            .Append(ml.Transforms.ResizeImages("Small", imageWidth: 64, imageHeight: 64, inputColumnName: "Image"))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Small"));
        // </guide>
        Assert.Equal(3 * 64 * 64, chain.Fit(photos).Transform(photos).GetColumn<float[]>("Pixels").First().Length);

        photos = ml.Data.FilterByCustomPredicate<ImageRow>(
            photos, r => r.Label != SampleSet.Classes[0] && r.Label != SampleSet.Classes[1]);

        // <guide>
        var trained = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone(network))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(photos);
        IDataView scored = trained.Transform(photos);
        var weights = LinearHeadWeights.Of(trained.LastTransformer.Model, ["daisy", "rose"]);
        var heatmaps = ml.Transforms.ClassActivationMap("Heatmap", new HeatmapOptions { Head = weights, BoxColumnName = "Box" });
        IDataView explained = heatmaps.Fit(scored).Transform(scored);
        // </guide>
        Assert.Equal(4, explained.GetColumn<float[]>("Box").First().Length);

        ITransformer model = trained;

        // <guide>
        var engine = ml.Model.CreatePredictionEngine<PathOnly, LabelAndScore>(model);
        LabelAndScore answer = engine.Predict(new PathOnly { ImagePath = "new.jpg" });
        // </guide>
        Assert.Equal(2, answer.Score.Length);
    }

    private sealed class ImageRow
    {
        public string Label { get; set; } = "";
    }

    private sealed class PathOnly
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class LabelAndScore
    {
        public float[] Score { get; set; } = [];
    }
}
