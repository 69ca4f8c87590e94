using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The README's code, as it stands there.</summary>
internal static class ReadmeGuide
{
    public static void Run()
    {
        // <guide>
        var ml = new MLContext(seed: 1);
        IDataView photos = ml.Data.LoadImageFolder("photos");                               // ImagePath, Label
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(photos, testFraction: 0.2);

        // Labels to keys, pictures to features, features to scores, scores to a heatmap. Nothing is read before Fit.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone("resnet18", inputColumnName: "ImagePath"))  // Features, FeatureMap
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.LinearHead())                      // Score, PredictedLabel
            .Append(ml.Transforms.ClassActivationMap("Heatmap", overlayColumnName: "Overlay"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        ITransformer model = pipeline.Fit(split.TrainSet);
        IDataView scored = model.Transform(split.TestSet);
        var metrics = ml.MulticlassClassification.Evaluate(scored, predictedLabelColumnName: "PredictedLabel");
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:0.000}");

        // One file for the service, with the network in it.
        ml.Model.Save(model, photos.Schema, "flowers.zip");
        using var classifier = ImageClassificationModel.Load("flowers.zip");
        Console.WriteLine(classifier.Predict(Picture.FromFile("new.jpg")).Label);
        // </guide>

        Assert.True(metrics.MicroAccuracy > 0.5);
        Assert.Equal(SampleSetClass(0), classifier.Predict(Picture.FromFile("new.jpg")).Label);
        Assert.NotEmpty(scored.GetColumn<byte[]>("Overlay").First());
    }

    private static string SampleSetClass(int index) => SampleSet.Classes[index];
}
