namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/from-microsoft-ml-vision.md.</summary>
internal static class VisionGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var photos = ml.Data.LoadImageFolder("photos");

        // <guide>
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone("bootstrap-resnet"))
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
            {
                Epoch = 30,
                BatchSize = 10,
                LearningRate = 0.01f,
                MetricsCallback = metrics => Console.WriteLine(metrics),
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(photos);
        // </guide>
        Assert.NotEmpty(model.Transform(photos).GetColumn<string>("PredictedLabel"));
    }
}
