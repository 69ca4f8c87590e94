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
        Backbone backbone = BackboneCatalog.Resolve("bootstrap-resnet");
        IDataView photos = DataSource.Open("photos").ToDataView(ml);
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(photos, testFraction: 0.2);

        // Labels to keys, pictures to features, features to scores. Nothing is read before Fit.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.LoadPictures("Image", imageFolder: null, "ImagePath"))
            .Append(ml.Transforms.ApplyBackbone(backbone, "Image", "Features", "FeatureMap"))
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.LinearHead());

        TransformerChain<LinearHeadTransformer> model = pipeline.Fit(split.TrainSet);
        IDataView scored = model.Transform(split.TestSet);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

        // What the model looks at is one more column.
        LinearHeadWeights head = model.LastTransformer.GetLinearHead();
        var heatmaps = ml.Transforms.ClassActivationMap("Heatmap", backbone, head, new HeatmapOptions { OverlayColumnName = "Overlay" });
        IDataView explained = heatmaps.Fit(scored).Transform(scored);

        // One file for the service, with the backbone in it.
        ModelArchive.Save("flowers.mlp", new TrainedModel { Transformer = model, ClassNames = head.ClassNames });
        using var classifier = ImageClassificationModel.Load("flowers.mlp");
        Console.WriteLine(classifier.Predict(PipelineImage.FromFile("new.jpg")).Label);
        // </README>

        Assert.True(metrics.MicroAccuracy > 0.5);
        Assert.True(explained.Schema.GetColumnOrNull("Overlay") != null);
    }
}
