namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/models.md.</summary>
internal static class ModelsGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var photos = ml.Data.LoadImageFolder("photos");
        var model = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone("bootstrap-resnet"))
            .Append(ml.MulticlassClassification.Trainers.LinearHead()).Fit(photos);

        // <guide>
        ModelFile.Save("flowers.zip", new TrainedModel
        {
            Transformer = model,
            InputSchema = photos.Schema,
            Card = new ModelCard { Properties = new Dictionary<string, string> { ["trained for"] = "the greenhouse" } },
        });
        ModelCard card = ModelFile.ReadCard("flowers.zip");
        TrainedModel loaded = ModelFile.Load("flowers.zip");
        // </guide>
        Assert.Equal(("the greenhouse", "Label"), (card.Properties["trained for"], loaded.InputSchema!["Label"].Name));

        // <guide>
        using var classifier = ImageClassificationModel.Load("flowers.zip");
        ImagePrediction one = classifier.Predict(Picture.FromBytes(File.ReadAllBytes("new.jpg"), "new.jpg"));
        ImageExplanation shown = classifier.Explain(Picture.FromFile("new.jpg"));
        foreach (ImagePrediction each in classifier.Predict(Directory.EnumerateFiles("inbox")))
            Console.WriteLine($"{each.Path}: {each.Error ?? each.Label}");
        // </guide>
        Assert.Equal(one.Scores, shown.Prediction.Scores);
    }
}
