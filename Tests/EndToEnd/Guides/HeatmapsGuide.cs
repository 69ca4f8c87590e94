using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/heatmaps.md.</summary>
internal static class HeatmapsGuide
{
    public static void Run()
    {
        // <guide>
        using var classifier = ImageClassificationModel.Load("flowers.zip");
        foreach (IHeatmapMethod method in HeatmapMethods.Names.Select(HeatmapMethods.ByName))
        {
            if (!method.Fits(classifier.Backbone.FeatureMapPooling))
                continue;
            Heatmap map = classifier.Explain(Picture.FromFile("new.jpg"), method: method).Heatmap!;
            Console.WriteLine($"{method.Name}: {map.ClassName} at {map.Peak()}, box {map.Box()}");
        }

        // </guide>

        // <guide>
        var options = new ExplanationOptions { Methods = ["cam", "center", "random"], MostPictures = 12 };
        var job = new ExplanationJob(classifier, options);
        ExplanationResult result = job.Run(DataSource.Open("photos/boxes.csv"));
        foreach (MethodScore method in result.Methods)
            Console.WriteLine($"{method.Method}: hottest place in the box in {method.Pointing:P0} of {result.Correct} pictures");
        // </guide>
        Assert.Equal(3, result.Methods.Count);
        Assert.True(result.Methods[0].Pointing >= result.Methods[2].Pointing);
    }
}
