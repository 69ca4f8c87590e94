using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The README's pipeline, as it stands there; <see cref="ReadmeTests"/> holds the two against each other and runs
/// it.</summary>
internal static class ReadmePipeline
{
    public static void Run()
    {
        // <README>
        var ml = new MLContext(seed: 1);
        var backbone = BackboneCatalog.Resolve("bootstrap-resnet");
        var photos = DataSource.Open("photos").ToDataView(ml);
        var split = ml.Data.TrainTestSplit(photos, testFraction: 0.2);

        // Labels to keys, pictures to features, features to scores. Nothing is read before Fit.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.LoadPictures("Image", imageFolder: null, "ImagePath"))
            .Append(ml.Transforms.ApplyBackbone(backbone, "Image", "Features", "FeatureMap"))
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.LinearHead());

        var model = pipeline.Fit(split.TrainSet);
        var scored = model.Transform(split.TestSet);
        var metrics = ml.MulticlassClassification.Evaluate(scored);
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

        // What the model looks at is one more column.
        var head = model.LastTransformer.GetLinearHead();
        var heatmaps = ml.Transforms.ClassActivationMap("Heatmap", backbone, head, new HeatmapOptions { OverlayColumnName = "Overlay" });
        var explained = heatmaps.Fit(scored).Transform(scored);

        // One file for the service, with the backbone in it.
        ModelArchive.Save("flowers.mlp", new TrainedModel { Transformer = model, ClassNames = head.ClassNames });
        using var classifier = ImageClassificationModel.Load("flowers.mlp");
        Console.WriteLine(classifier.Predict(PipelineImage.FromFile("new.jpg")).Label);
        // </README>

        Assert.True(metrics.MicroAccuracy > 0.5);
        Assert.True(explained.Schema.GetColumnOrNull("Overlay") != null);
    }
}
