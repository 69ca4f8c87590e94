using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Tests;

public class ImageClassificationTrainerTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Learns_with_the_defaults_of_the_original()
    {
        var options = new ImageClassificationTrainer.Options();
        Assert.Equal((10, 200, 0.01f, 0.1f, true),
            (options.BatchSize, options.Epoch, options.LearningRate, options.ValidationSetFraction, options.TestOnTrainSet));
        Assert.Equal(new ExponentialLRDecay(null, 2, 0.94f, true), options.LearningRateScheduler);
        Assert.Equal(new EarlyStopping(0.01f, 20, EarlyStoppingMetric.Accuracy, true), options.EarlyStoppingCriteria);
        Assert.Null(options.ValidationSet);

        var head = _context.MulticlassClassification.Trainers.ImageClassification().Fit(Data(200));
        Assert.True(HeadRows.Accuracy(head, Data(200, seed: 2)) > 0.93);
    }

    [Fact]
    public void The_best_epoch_is_kept()
    {
        // A rate that rises without end ruins what the first epochs learned.
        var seen = new List<(double Accuracy, double Loss)>();
        var held = Data(100, seed: 3);
        var head = Fit(new ImageClassificationTrainer.Options
        {
            Epoch = 12,
            EarlyStoppingCriteria = null,
            LearningRateScheduler = new ExponentialLRDecay(0.001f, 1, 6f),
            ValidationSet = held,
            TestOnTrainSet = false,
            MetricsCallback = metrics =>
            {
                if (metrics.Train is { } epoch)
                    seen.Add((epoch.Accuracy, epoch.CrossEntropy));
            },
        }, Data(60));
        (var best, var loss) = seen.OrderByDescending(epoch => epoch.Accuracy).ThenBy(epoch => epoch.Loss).First();
        Assert.NotEqual(seen[^1], (best, loss));
        var rows = HeadRows.Predictions(head, held);
        Assert.Equal(best, (double)rows.Count(row => row.Label == row.Predicted) / rows.Count, 9);
        Assert.Equal(loss, rows.Average(row => -Math.Log(row.Scores[row.Label])), 1e-3);
    }

    [Theory]
    [InlineData(EarlyStoppingMetric.Accuracy)]
    [InlineData(EarlyStoppingMetric.Loss)]
    public void Stops_after_patience_epochs_without_enough_improvement(EarlyStoppingMetric metric)
    {
        var epochs = 0;
        var options = new ImageClassificationTrainer.Options
        {
            EarlyStoppingCriteria = new EarlyStopping(minDelta: 100, patience: 4, metric),
            MetricsCallback = metrics => epochs += metrics.Train?.DatasetUsed == ImageClassificationMetrics.Dataset.Validation
                ? 1 : 0,
        };
        Fit(options, Data(60));
        Assert.Equal(5, epochs);
        epochs = 0;
        Fit(options, Data(60));
        Assert.Equal(5, epochs);
    }

    [Fact]
    public void The_learning_rate_counts_also_with_a_schedule()
    {
        var rates = new List<double>();
        Fit(new ImageClassificationTrainer.Options
        {
            LearningRate = 0.5f,
            Epoch = 5,
            BatchSize = 1000,
            MetricsCallback = metrics =>
            {
                if (metrics.Train is { DatasetUsed: ImageClassificationMetrics.Dataset.Train } epoch)
                    rates.Add(epoch.LearningRate);
            },
        }, Data(60));
        Assert.Equal([0.5, 0.5, 0.47, 0.47, 0.4418], rates.Select(rate => Math.Round(rate, 6)));
    }

    [Fact]
    public void Fits_leave_no_trace_and_the_seed_decides()
    {
        var options = new ImageClassificationTrainer.Options { Epoch = 10, Seed = 3 };
        var trainer = _context.MulticlassClassification.Trainers.ImageClassification(options);
        var first = trainer.Fit(Data(60)).LastTransformer.GetLinearHead();
        trainer.Fit(Data(40, seed: 7));
        Assert.Equal(first.Weights, trainer.Fit(Data(60)).LastTransformer.GetLinearHead().Weights);
        Assert.Equal(first.Weights, Fit(options with { Threads = 3 }, Data(60)).GetLinearHead().Weights);
        Assert.NotEqual(first.Weights, Fit(options with { Seed = 4 }, Data(60)).GetLinearHead().Weights);
    }

    [Fact]
    public void Every_class_is_held_out_and_every_row_is_told_of()
    {
        int rows = 0, validation = 0;
        double smallest = 1;
        Fit(new ImageClassificationTrainer.Options
        {
            Epoch = 3,
            ValidationSetFraction = 0.25f,
            MetricsCallback = metrics =>
            {
                rows += metrics.Bottleneck is null ? 0 : 1;
                if (metrics.Train is { DatasetUsed: ImageClassificationMetrics.Dataset.Validation } epoch)
                {
                    validation++;
                    smallest = Math.Min(smallest, Math.Abs(epoch.Accuracy * 16 - Math.Round(epoch.Accuracy * 16)));
                }
            },
        }, Data(64));
        Assert.Equal(64, rows);
        Assert.Equal(3, validation);
        Assert.Equal(0, smallest, 1e-9);
    }

    [Fact]
    public void Columns_may_have_other_names()
    {
        var data = Data(60);
        var head = Fit(new ImageClassificationTrainer.Options
        {
            Epoch = 5,
            ScoreColumnName = "Probability",
            PredictedLabelColumnName = "Guess",
        }, data);
        var schema = head.GetOutputSchema(data.Schema);
        Assert.Null(schema.GetColumnOrNull("Score"));
        Assert.Equal(60, HeadRows.Predictions(head, data, "Probability", "Guess").Count);

        var probe = new ShapeProbe(_context);
        new EstimatorChain<ITransformer>().Append(probe).Fit(data);
        var promised = _context.MulticlassClassification.Trainers
            .ImageClassification(scoreColumnName: "Probability", predictedLabelColumnName: "Guess").GetOutputSchema(probe.Shape!);
        Assert.Contains(promised, column => column.Name == "Probability");
        Assert.Contains(promised, column => column.Name == "Guess" && column.IsKey);
        Assert.DoesNotContain(promised, column => column.Name is "Score" or "PredictedLabel");
    }

    [Fact]
    public void A_rate_that_is_too_high_is_said_to_be()
    {
        var options = new ImageClassificationTrainer.Options
        {
            LearningRate = 1e30f,
            LearningRateScheduler = null,
            WeightDecay = 1
        };
        Assert.Contains("learning rate", Assert.Throws<InvalidOperationException>(() => Fit(options, Data(60))).Message,
            StringComparison.Ordinal);
    }

    private IDataView Data(int count, int seed = 1) => HeadRows.Load(_context, HeadRows.Blobs(count, 4, seed));

    private LinearHeadTransformer Fit(ImageClassificationTrainer.Options options, IDataView data) =>
        _context.MulticlassClassification.Trainers.ImageClassification(options).Fit(data).LastTransformer;
}
