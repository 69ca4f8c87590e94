namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/data.md.</summary>
internal static class DataGuide
{
    public static void Run()
    {
        var network = BackboneCatalog.Resolve("bootstrap-resnet");

        // <guide>
        ImageDataSet data = DataSource.Open("photos").WithTest(DataSource.Open("new photos"));
        TrainingResult result = new TrainingJob(new TrainingOptions { Backbone = network }).Run(data);
        Console.WriteLine($"{result.Evaluation?.TestImages} tested, {data.Ignored.Count} files not used");
        // </guide>
        Assert.Equal(12, result.Evaluation!.TestImages);
    }
}
