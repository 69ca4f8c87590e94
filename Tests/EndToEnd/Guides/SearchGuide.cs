using MlPipeline.Trainers.Search;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/search.md.</summary>
internal static class SearchGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var photos = ml.Data.LoadImageFolder("photos");

        // <guide>
        // What comes before the search is computed once for each fold.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone("bootstrap-resnet"))
            .Append(
                ml.Search().CreateSweepableEstimator(
                    (context, p) => context.MulticlassClassification.Trainers
                        .LbfgsMaximumEntropy(l2Regularization: p["l2"].AsType<float>()),
                    new() { { "l2", new UniformSingleOption(0.01f, 100, logBase: true) } }, "lbfgs"),
                ml.Search().MultiClassification());

        var experiment = ml.Search().CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(photos, fold: 3)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
            .SetMaxModelToExplore(20)
            .SetStudy("search.db");
        var best = experiment.Run();
        Console.WriteLine($"{best.Metric:0.000} with {best.TrialSettings.Parameter}");
        IDataView scored = best.Model!.Transform(photos);
        // </guide>
        Assert.InRange(best.Metric, 0.5, 1);
        Assert.Equal(20, experiment.Trials.Count);
        Assert.True(scored.Schema.GetColumnOrNull("PredictedLabel") != null);

        // <guide>
        var head = ml.MulticlassClassification.Trainers.LinearHeadSearch(
            new HeadExperimentOptions { Folds = 3, Budget = new StudyBudget { Trials = 20 } });
        // </guide>
        Assert.Null(head.Found);

        // <guide>
        var search = new SearchJob(new SearchOptions
        {
            Backbones = [BackboneCatalog.Resolve("bootstrap-resnet")],
            FineTuning = new FineTuningOptions { Layers = FineTuningOptions.LastStage, Epochs = 2, BatchSize = 8 },
            Search = new HeadExperimentOptions
            {
                Space = new()
                {
                    { NetworkSpace.LearningRate, new UniformDoubleOption(0.001, 0.1, logBase: true, defaultValue: 0.02) },
                },
                Pruner = NetworkSpace.Pruner("hyperband", epochs: 2),
                Budget = new StudyBudget { Trials = 2 },
                StudyPath = "layers.db",
            },
        });
        SearchResult found = search.Run(DataSource.Open("photos"));
        Console.WriteLine($"{found.Best.Value:0.000} (the head alone: {found.HeadAlone:0.000}) with {found.Best.Parameters}");
        found.Save("best.zip");
        // </guide>
        Assert.Equal(2, found.Epochs!.Count(e => e.Epoch > 0));
    }
}
