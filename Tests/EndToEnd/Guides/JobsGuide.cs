namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/jobs.md.</summary>
internal static class JobsGuide
{
    public static void Run()
    {
        // <guide>
        Backbone network = BackboneCatalog.Resolve("bootstrap-resnet");
        var job = new TrainingJob(new TrainingOptions { Backbone = network, Folds = 5, Seed = 1 });
        TrainingResult result = job.Run(DataSource.Open("photos"));
        Console.WriteLine($"accuracy {result.Evaluation?.MicroAccuracy:0.000} over {result.Images} pictures");
        if (result.Evaluation?.MicroAccuracy > 0.5)
            result.Save("flowers.zip");
        // </guide>
        Assert.True(File.Exists("flowers.zip"));
    }
}
