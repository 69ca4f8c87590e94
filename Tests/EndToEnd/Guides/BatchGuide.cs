namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/batch.md; the model is that of docs/jobs.md.</summary>
internal static class BatchGuide
{
    public static void Run()
    {
        // <guide>
        var job = new ScoringJob("flowers.zip", new ScoringOptions { Resume = true });
        ScoringResult result = job.Run("inbox", "scores.csv");
        Console.WriteLine($"{result.Images} rows, {result.Failed} of them without a label, {result.Resumed} from before");
        // </guide>
        Assert.Equal((1, 0, 0), (result.Images, result.Failed, result.Resumed));
        Assert.Equal(2, File.ReadAllLines("scores.csv").Length);
    }
}
