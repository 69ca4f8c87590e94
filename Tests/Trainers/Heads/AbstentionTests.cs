using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Tests;

public class AbstentionTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(HeadSolver.Lbfgs)]
    [InlineData(HeadSolver.Sgd)]
    [InlineData(HeadSolver.Svm)]
    public void Answers_on_new_rows_have_about_the_precision_asked_for(HeadSolver solver)
    {
        var head = Fit(HeadRows.Blobs(600, 4, spread: 3),
            new LinearHeadOptions { Solver = solver, L2Regularization = 3, TargetPrecision = 0.9 });
        var report = Report(head, HeadRows.Blobs(2000, 4, seed: 7, spread: 3));
        Assert.InRange(report.Precision, 0.86, 0.96);
        Assert.InRange(report.Coverage, 0.15, 0.95);
        Assert.InRange(head.Abstention!.Coverage, report.Coverage - 0.1, report.Coverage + 0.1);
    }

    [Fact]
    public void The_threshold_and_the_temperature_know_nothing_of_training_scores()
    {
        // Labels without meaning, and no regularisation to speak of: the head is sure and right on its training rows, on no
        // others.
        var random = new Random(3);
        var rows = HeadRows.Blobs(24, 3);
        foreach (var row in rows)
            row.Name = "c" + random.Next(3);

        var options = new LinearHeadOptions { L2Regularization = 1e-4, TargetPrecision = 0.95, Calibrate = true };
        var plain = Fit(rows, options with { Calibrate = false });
        Assert.True(plain.Abstention!.Coverage < 0.3, $"answers {plain.Abstention.Coverage}");
        Assert.True(Fit(rows, options).Temperature > 3);
    }

    [Fact]
    public void Calibration_brings_the_error_down_and_both_errors_are_told()
    {
        var head = Fit(HeadRows.Blobs(120, 3, spread: 4), new LinearHeadOptions { L2Regularization = 1e-3, Calibrate = true });
        var plain = Fit(HeadRows.Blobs(120, 3, spread: 4), new LinearHeadOptions { L2Regularization = 1e-3 });
        var test = HeadRows.Blobs(1500, 3, seed: 4, spread: 4);
        ConfidenceReport after = Report(head, test), before = Report(plain, test);
        Assert.Equal(before.CalibrationError, after.UncalibratedError, 1e-3);
        Assert.True(after.CalibrationError < 0.7 * before.CalibrationError,
            $"{before.CalibrationError} to {after.CalibrationError}");
        Assert.Equal(1, after.Coverage);
        Assert.Equal(before.UncalibratedError, before.CalibrationError);
    }

    [Fact]
    public void The_model_file_keeps_both_and_predictions_say_that_they_abstain()
    {
        var head = Fit(HeadRows.Blobs(200, 3, spread: 4), new LinearHeadOptions { Calibrate = true, TargetPrecision = 0.97 });
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            ModelFile.Save(path,
                new TrainedModel { Transformer = head, Card = new ModelCard { ClassNames = head.GetLinearHead().ClassNames } });
            var loaded = (LinearHeadTransformer)ModelFile.Load(path).Transformer;
            Assert.Equal(head.Abstention, loaded.Abstention);
            Assert.Equal(head.Temperature, loaded.Temperature);
        }
        finally
        {
            File.Delete(path);
        }

        var prediction = new ImagePrediction
        {
            Path = "p",
            ClassNames = ["a", "b"],
            Scores = [0.6f, 0.4f],
            AnswerThreshold = 0.7,
        };
        Assert.True(prediction.Abstained);
        Assert.False((prediction with { AnswerThreshold = 0.5 }).Abstained);
        Assert.False((prediction with { AnswerThreshold = null }).Abstained);
    }

    [Fact]
    public void A_class_too_small_to_be_held_out_is_an_error_only_when_a_precision_is_asked_for()
    {
        Fit(HeadRows.Blobs(3, 3), new LinearHeadOptions { Calibrate = true });
        Assert.Throws<InvalidOperationException>(() =>
            Fit(HeadRows.Blobs(3, 3), new LinearHeadOptions { TargetPrecision = 0.9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearHeadOptions { TargetPrecision = 1.1 });
    }

    [Fact]
    public void The_calibration_error_is_the_mean_distance_of_confidence_and_accuracy()
    {
        float[] sure = [0.9f, 0.1f], unsure = [0.55f, 0.45f];
        var report = ConfidenceReport.Of([sure, sure, unsure, unsure], [0, 1, 0, 0], threshold: 0.6);
        Assert.Equal((2 * 0.4 + 2 * 0.45) / 4, report.CalibrationError, 1e-6);
        Assert.Equal((0.5, 0.5), (report.Coverage, report.Precision));
        Assert.Equal(0, ConfidenceReport.Of([], []).CalibrationError);
    }

    private LinearHeadTransformer Fit(HeadRows.Row[] rows, LinearHeadOptions options) =>
        _context.MulticlassClassification.Trainers.LinearHead(options).Fit(HeadRows.Load(_context, rows));

    private ConfidenceReport Report(LinearHeadTransformer head, HeadRows.Row[] rows) =>
        ConfidenceReport.Of(head.Transform(HeadRows.Load(_context, rows)), head.Temperature, head.AnswerThreshold);
}
