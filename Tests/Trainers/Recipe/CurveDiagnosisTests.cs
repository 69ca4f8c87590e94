using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

public class CurveDiagnosisTests
{
    private const double Start = 2.303;

    [Fact]
    public void Falling_loss_that_levels_off_without_a_gap_is_healthy() =>
        Expect(RecipeVerdict.Good, Decay(0.25), Decay(0.3), 0.93, 0.91);

    [Fact]
    public void Flat_at_the_loss_of_a_guess_has_not_started() =>
        Expect(RecipeVerdict.NotStarted, Curve(i => Start + 0.0005 * (i % 2)), Curve(i => Start + 0.001 * (i % 3)), 0.1, 0.1);

    [Fact]
    public void A_straight_slow_way_down_is_a_rate_too_low() =>
        Expect(RecipeVerdict.RateTooLow, Curve(i => Start - 0.002 * i), Curve(i => Start - 0.002 * i), 0.14, 0.13);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(9.5)]
    public void A_loss_that_is_no_number_or_rises_is_a_rate_too_high(double last) =>
        Expect(RecipeVerdict.RateTooHigh, Curve(i => i < 15 ? Start : last), Curve(i => i < 15 ? Start : last), 0.1, 0.1);

    [Fact]
    public void A_loss_that_jumped_on_the_way_is_a_rate_too_high() =>
        Expect(RecipeVerdict.RateTooHigh, Decay(0.1), Decay(0.2), 0.99, 0.95, peak: 30);

    [Fact]
    public void High_and_flat_at_a_constant_rate_is_a_plateau() =>
        Expect(RecipeVerdict.Plateau, Decay(1.2), Decay(1.25), 0.6, 0.58);

    [Fact]
    public void Low_without_a_gap_after_the_rate_was_lowered_is_underfitting() =>
        Expect(RecipeVerdict.Underfitting, Decay(1.2), Decay(1.25), 0.6, 0.58, rate: i => i < 14 ? 0.1 : 0.01);

    [Fact]
    public void Held_out_loss_still_falling_wants_longer_training() =>
        Expect(RecipeVerdict.StillRising, Curve(i => Start * Math.Pow(0.93, i)), Curve(i => Start * Math.Pow(0.94, i)), 0.82,
            0.8);

    [Fact]
    public void A_fall_that_ends_when_the_rate_is_lowered_was_lowered_too_early() =>
        Expect(RecipeVerdict.DecayedTooEarly, Curve(i => i <= 5 ? Start - 0.2 * i : 1.3 - 0.004 * (i - 5)),
            Curve(i => i <= 5 ? Start - 0.2 * i : 1.32 - 0.004 * (i - 5)), 0.7, 0.68, rate: i => i < 5 ? 0.1 : 0.01);

    [Fact]
    public void A_gap_between_training_and_validation_is_overfitting() =>
        Expect(RecipeVerdict.Overfitting, Decay(0.01), Curve(i => i < 6 ? Start - 0.25 * i : 1 + 0.03 * i), 1, 0.72);

    [Fact]
    public void Training_fits_and_validation_at_chance_looks_like_shuffled_labels() =>
        Expect(RecipeVerdict.ShuffledLabels, Decay(0.2), Curve(i => Start + 0.05 * i), 0.97, 0.11);

    [Fact]
    public void A_handful_that_fits_where_nothing_is_learned_looks_like_shuffled_labels() =>
        Expect(RecipeVerdict.ShuffledLabels, Curve(i => i == 0 ? Start : 2.29 + 0.001 * (i % 2)), Curve(_ => 2.31), 0.12, 0.1,
            fitsHandful: true);

    [Fact]
    public void Few_samples_say_little() =>
        Expect(RecipeVerdict.TinyData, Decay(0.01), Decay(0.9), 1, 0.7, train: 40, held: 10);

    [Fact]
    public void Curves_without_an_epoch_or_of_different_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            CurveDiagnosis.Read(
            new LearningCurves([1], [1], [0], [0], []) { ClassCount = 2, TrainCount = 9, ValidationCount = 9 }));
        Assert.Throws<ArgumentException>(() =>
            CurveDiagnosis.Read(
            new LearningCurves([1, 1], [1], [0, 0], [0, 0], [0.1]) { ClassCount = 2, TrainCount = 9, ValidationCount = 9 }));
    }

    private static double[] Curve(Func<int, double> loss) => [.. Enumerable.Range(0, 21).Select(loss)];

    private static double[] Decay(double floor) => Curve(i => floor + (Start - floor) * Math.Exp(-0.8 * i));

    private static void Expect(RecipeVerdict expected, double[] trainLoss, double[] heldLoss, double trainAccuracy,
        double heldAccuracy,
        Func<int, double>? rate = null, double? peak = null, bool? fitsHandful = null, int train = 1000, int held = 250)
    {
        var reading = CurveDiagnosis.Read(new LearningCurves(trainLoss, heldLoss, Rise(trainAccuracy), Rise(heldAccuracy),
            [.. Enumerable.Range(0, 20).Select(rate ?? (_ => 0.1))])
        {
            ClassCount = 10,
            TrainCount = train,
            ValidationCount = held,
            PeakLoss = peak,
            FitsHandful = fitsHandful,
        });

        Assert.Equal(expected, reading.Verdict);
        Assert.NotEmpty(reading.Advice);
    }

    private static double[] Rise(double last) => Curve(i => last + (0.1 - last) * Math.Exp(-0.8 * i));
}
