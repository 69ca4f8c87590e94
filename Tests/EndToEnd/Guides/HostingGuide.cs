using Microsoft.Extensions.DependencyInjection;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/hosting.md.</summary>
internal static class HostingGuide
{
    public static void Run()
    {
        // <guide>
        using var host = new ModelHost<ImageClassificationModel>("flowers", ModelSource.FromFile("flowers.zip"),
            path => ImageClassificationModel.Load(path), new ModelHostOptions<ImageClassificationModel>
            {
                WarmUp = model => model.Predict(Picture.FromFile("new.jpg")),
                Compare = (older, newer) =>
                {
                    if (!older.ClassNames.SequenceEqual(newer.ClassNames))
                        throw new InvalidDataException("its classes are others");
                },
            });
        host.Reloaded += (_, reload) => Console.WriteLine(reload.Error ?? $"now serving {reload.Version}");
        using (var lease = host.Lease())
            Console.WriteLine($"{lease.Version}: {lease.Model.Predict(Picture.FromFile("new.jpg")).Label}");
        // </guide>
        var reload = host.ReloadAsync(force: true).GetAwaiter().GetResult();
        Assert.Equal((ReloadOutcome.Replaced, 1), (reload.Outcome, host.Status.Reloads));

        // <guide>
        var services = new ServiceCollection();
        services.AddPredictionEnginePool<Photo, Answer>()
            .FromFile("flowers.zip")
            .FromFile("night", "flowers.zip", watchForChanges: false);
        using var provider = services.BuildServiceProvider();

        var pool = provider.GetRequiredService<PredictionEnginePool<Photo, Answer>>();
        Answer answer = pool.Predict(new Photo { ImagePath = "new.jpg" });
        Answer other = pool.Predict(modelName: "night", new Photo { ImagePath = "new.jpg" });
        // </guide>
        using var last = host.Lease();
        Assert.Equal(last.Model.Predict(Picture.FromFile("new.jpg")).Scores, answer.Score);
        Assert.Equal(answer.Score, other.Score);
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
