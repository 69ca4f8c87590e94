using System.Globalization;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class AutoMLExperimentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("experiment-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    private enum Norm
    {
        MinMax,
        MeanVariance,
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_best_of_several_estimators_is_found_and_fitted()
    {
        var monitor = new Monitor();
        var experiment = Experiment(12).SetMonitor(monitor);
        var best = experiment.Run();
        Assert.Equal(12, experiment.Trials.Count);
        Assert.Equal(experiment.Trials.Max(t => t.Value), best.Metric);
        Assert.Equal(-best.Metric, best.Loss);
        Assert.InRange(best.Metric, 0.85, 1);
        Assert.Equal(12, monitor.Running);
        Assert.Equal(12, monitor.Completed);
        Assert.Equal(best.TrialSettings, monitor.Best!.TrialSettings);
        Assert.Contains(experiment.Trials, t => t.Parameters["estimator"].AsType<string>() == "lbfgs");
        Assert.Contains(experiment.Trials, t => t.Parameters["estimator"].AsType<string>() == "head");
        Assert.All(experiment.Trials, t =>
            Assert.Equal(t.Parameters["estimator"].AsType<string>() == "lbfgs", t.Parameters.ContainsKey("lbfgs")));
        var accuracy = _ml.MulticlassClassification.Evaluate(best.Model!.Transform(Rows())).MicroAccuracy;
        Assert.InRange(accuracy, 0.85, 1);
    }

    [Fact]
    public async Task The_trials_do_not_depend_on_how_many_run_at_a_time_and_go_on_from_a_study()
    {
        AutoMLExperiment alone = Experiment(10), many = Experiment(10).SetParallelTrials(3);
        AutoMLExperiment before = Experiment(4), after = Experiment(10);
        alone.Run();
        await many.RunAsync();
        before.SetStudy(Path.Combine(_folder, "s.db")).Run();
        after.SetStudy(Path.Combine(_folder, "s.db")).Run();
        Assert.Equal(Text(alone), Text(many));
        Assert.Equal(Text(alone), Text(after));
    }

    [Fact]
    public void A_held_out_part_a_grid_and_another_metric()
    {
        var split = _ml.Data.TrainTestSplit(Rows(), 0.3, seed: 1);
        var head = _ml.Search().CreateSweepableEstimator(
            (ml, p) => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: p["l2"].AsType<float>()),
            new() { { "l2", new UniformSingleOption(0.01f, 100f, logBase: true) } }, "lbfgs");
        var experiment = _ml.Search().CreateExperiment().SetPipeline(Key().Append(head)).SetDataset(split)
            .SetGridSearchTuner(5).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss);
        var best = experiment.Run();
        Assert.Equal(5, experiment.Trials.Count);
        Assert.Equal(experiment.Trials.Min(t => t.Value), best.Metric);
        Assert.Equal(best.Metric, best.Loss);
    }

    [Fact]
    public void What_is_missing_or_fails_is_said()
    {
        Assert.Contains("SetPipeline",
            Assert.Throws<InvalidOperationException>(() => _ml.Search().CreateExperiment().Run()).Message,
            StringComparison.Ordinal);
        var pipeline = Key().Append(_ml.Search().MultiClassification());
        Assert.Contains("SetDataset",
            Assert.Throws<InvalidOperationException>(() => _ml.Search().CreateExperiment().SetPipeline(pipeline).Run()).Message,
            StringComparison.Ordinal);
        var endless = _ml.Search().CreateExperiment().SetPipeline(pipeline).SetDataset(Rows(), 2);
        Assert.Contains("when to stop", Assert.Throws<InvalidOperationException>(() => endless.Run()).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => pipeline.Append(_ml.Search().MultiClassification()));

        var broken = _ml.Search().CreateSweepableEstimator(
            (_, _) => throw new InvalidDataException("no such luck"), new() { { "x", new UniformIntOption(1, 3) } }, "broken");
        var monitor = new Monitor();
        var failing = _ml.Search().CreateExperiment().SetPipeline(Key().Append(broken)).SetDataset(Rows(), 2)
            .SetMaxModelToExplore(3).SetMonitor(monitor);
        var message = Assert.Throws<InvalidOperationException>(() => failing.Run()).Message;
        Assert.Equal("The experiment found nothing: none of 3 trials succeeded: no such luck.", message);
        Assert.Equal(3, monitor.Failed);
    }

    [Fact]
    public void A_head_that_is_searched_is_an_estimator_like_any_other()
    {
        var search = _ml.MulticlassClassification.Trainers.LinearHeadSearch(
            new HeadExperimentOptions { Folds = 2, Budget = new StudyBudget { Trials = 6 } });
        var model = Key().Append(search).Fit(Rows());
        Assert.Equal(6, search.Found!.Trials.Count);
        Assert.InRange(_ml.MulticlassClassification.Evaluate(model.Transform(Rows())).MicroAccuracy, 0.85, 1);
    }

    private static string Text(AutoMLExperiment experiment) =>
        string.Join('\n', experiment.Trials.Select(t => string.Create(CultureInfo.InvariantCulture,
        $"{t.Number} {t.State} {t.Parameters} {t.Value:R} {string.Join(' ', t.Curve.Select(p => p.Value))}")));

    private AutoMLExperiment Experiment(int trials)
    {
        // The preparation is searched too: how rows are normalised, then which trainer takes them with what options.
        var normalize = _ml.Search().CreateSweepableEstimator<NormalizeOptions>((ml, o) => o.Norm == Norm.MinMax
            ? ml.Transforms.NormalizeMinMax("Features") : ml.Transforms.NormalizeMeanVariance("Features"));
        var lbfgs = _ml.Search().CreateSweepableEstimator<LbfgsOptions>(
            (ml, o) => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: o.L1, l2Regularization: o.L2));
        return _ml.Search().CreateExperiment()
            .SetPipeline(Key().Append(normalize).Append(lbfgs, _ml.Search().MultiClassification()))
            .SetDataset(Rows(), fold: 3).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
                .SetMaxModelToExplore(trials);
    }

    private IEstimator<ITransformer> Key() => _ml.Transforms.Conversion.MapValueToKey("Label");

    // Three overlapping clouds in six dimensions.
    private IDataView Rows() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 90).Select(row =>
    {
        TrialRandom random = new(3, row);
        return new Row
        {
            Label = $"class {row % 3}",
            Features = [.. Enumerable.Range(0, 6).Select(k => (float)random.NextNormal() + (k == row % 3 ? 3.5f : 0))]
        };
    }));

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }

    private sealed class NormalizeOptions
    {
        [Choice(AutoMLExperimentTests.Norm.MinMax, AutoMLExperimentTests.Norm.MeanVariance)]
        public Norm Norm { get; set; }
    }

    private sealed class LbfgsOptions
    {
        [Range(0.01f, 10f, logBase: true)]
        public float L1 = 1;

        [Range(0.01f, 10f, logBase: true)]
        public float L2 { get; set; } = 1;
    }

    private sealed class Monitor : IMonitor
    {
        public int Running { get; private set; }

        public int Completed { get; private set; }

        public int Failed { get; private set; }

        public TrialResult? Best { get; private set; }

        public void ReportRunningTrial(TrialSettings settings) => Running++;

        public void ReportCompletedTrial(TrialResult result) => Completed++;

        public void ReportBestTrial(TrialResult result) => Best = result;

        public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Failed++;
    }
}
