using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;
using MlPipeline.Trainers.Search;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The README's search, as it stands there; <see cref="ReadmeTests"/> holds the two against each other and runs
/// it.</summary>
internal static class ReadmeSearch
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var backbone = BackboneCatalog.Resolve("bootstrap-resnet");
        var photos = DataSource.Open("photos").ToDataView(ml);

        // <README>
        // What comes before the search is computed once for each fold.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.LoadPictures("Image", imageFolder: null, "ImagePath"))
            .Append(ml.Transforms.ApplyBackbone(backbone, "Image", "Features"))
            .Append(
                ml.Search().CreateSweepableEstimator(
                    (context, p) => context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: p["l2"].AsType<float>()),
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
        var scored = best.Model!.Transform(photos);

        // The usual case, a linear head on features, is also an estimator that searches when it is fitted.
        var head = ml.MulticlassClassification.Trainers.LinearHeadSearch(
            new HeadExperimentOptions { Folds = 3, Budget = new StudyBudget { Trials = 20 } });
        // </README>

        Assert.InRange(best.Metric, 0.5, 1);
        Assert.Equal(20, experiment.Trials.Count);
        Assert.True(scored.Schema.GetColumnOrNull("PredictedLabel") != null);
        Assert.Null(head.Found);
    }
}
