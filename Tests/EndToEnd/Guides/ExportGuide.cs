using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MlPipeline.Imaging;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/export.md.</summary>
internal static class ExportGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);

        // <guide>
        using var classifier = ImageClassificationModel.Load("flowers.zip");
        ExportReport report = classifier.ExportOnnx("flowers.onnx", new ExportOptions { WithPreprocessing = true });
        foreach (ExportCheckResult check in report.Checks)
            Console.WriteLine($"{check.Runtime}: scores differ by {check.LargestScoreDifference} at most");
        // </guide>
        Assert.Equal(2, report.Checks.Count);

        using var raster = Picture.FromFile("new.jpg").Decode();
        var (height, width) = (raster.Height, raster.Width);
        var pixels = new float[3 * height * width];
        PixelTensor.Write(raster, pixels, PixelLayout.Nchw, ColorOrder.Rgb, 1, [0, 0, 0], [1, 1, 1]);

        // <guide>
        using var session = new InferenceSession("flowers.onnx");
        string[] names = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["class_names"])!;
        using OrtValue picture = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, height, width]);
        using var run = new RunOptions();
        using var answers = session.Run(run, ["pixels"], [picture], ["scores", "label"]);
        Console.WriteLine(names[answers[1].GetTensorDataAsSpan<long>()[0]]);
        // </guide>
        var expected = classifier.Predict(Picture.FromFile("new.jpg"));
        Assert.Equal(expected.Score, answers[0].GetTensorDataAsSpan<float>()[expected.LabelIndex], 0.01f);

        // <guide>
        classifier.ExportMlNet("flowers-mlnet.zip");

        // In the other program:
        ITransformer model = ml.Model.Load("flowers-mlnet.zip", out _);
        using var engine = ml.Model.CreatePredictionEngine<Photo, Answer>(model);
        Answer answer = engine.Predict(new Photo { ImagePath = "new.jpg" });
        Console.WriteLine($"{answer.PredictedLabel}: {answer.Score.Max()}");
        // </guide>
        Assert.Contains(answer.PredictedLabel, classifier.ClassNames);
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];

        public string PredictedLabel { get; set; } = "";
    }
}
