using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

public class TrainingRecipeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Healthy_data_gives_a_clean_bill(int seed)
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(seed: seed), new RecipeOptions { Seed = seed }).Run();

        Assert.All(result.Steps.Take(5), step => Assert.Equal(RecipeVerdict.Good, step.Verdict));
        Assert.Equal(RecipeVerdict.Good, result.Diagnosis);
        Assert.True(result.ValidationAccuracy > 0.85, $"accuracy {result.ValidationAccuracy}");
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], result.Steps.Select(step => step.Number));
        Assert.Contains(result.Transfer.Way, new[] { TransferWay.LinearHead, TransferWay.LastStage });
    }

    [Fact]
    public void The_initial_loss_is_that_of_a_guess_and_rises_with_regularisation()
    {
        var first = new TrainingRecipe(PlantedData.Gaussian()).Run().Steps[0];

        Assert.InRange(first.Numbers["loss"], 0.9 * Math.Log(4), 1.1 * Math.Log(4));
        Assert.True(first.Numbers["regularisedLoss"] > first.Numbers["loss"]);
    }

    [Fact]
    public void First_weights_that_are_too_large_are_seen()
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(), new RecipeOptions { InitialDeviation = 3 }).Run();

        Assert.Equal(RecipeVerdict.InitialLossOff, result.Steps[0].Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void Rates_that_are_all_too_high_are_seen(int hiddenUnits)
    {
        RecipeOptions options = new() { LearningRates = [100, 30], HiddenUnits = hiddenUnits };
        var result = new TrainingRecipe(PlantedData.Gaussian(), options).Run();

        Assert.Equal(RecipeVerdict.RateTooHigh, result.Diagnosis);
        Assert.True(result.Setting.LearningRate < 10, $"went on with {result.Setting.LearningRate}");
        Assert.True(result.ValidationAccuracy > 0.85);
    }

    [Fact]
    public void Rates_that_are_all_too_low_are_seen()
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(), new RecipeOptions { LearningRates = [1e-7, 1e-8] }).Run();

        Assert.Equal(RecipeVerdict.RateTooLow, result.Diagnosis);
        Assert.True(result.ValidationAccuracy > 0.85, "goes on with a rate that works");
    }

    [Theory]
    [InlineData(100.0, RecipeVerdict.RateTooHigh)]
    [InlineData(1e4, RecipeVerdict.RateTooHigh)]
    [InlineData(1e-6, RecipeVerdict.RateTooLow)]
    [InlineData(1e-8, RecipeVerdict.RateTooLow)]
    public void The_curves_of_a_setting_of_ones_own_tell_what_is_wrong_with_its_rate(double rate, RecipeVerdict expected)
    {
        var curves = new TrainingRecipe(PlantedData.Gaussian()).Train(new RecipeSetting(rate, 0, 10));

        Assert.Equal(expected, CurveDiagnosis.Read(curves).Verdict);
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(null, true)]
    public void Weights_all_alike_and_constant_features_do_not_start(double? deviation, bool constant)
    {
        var recipe = new TrainingRecipe(PlantedData.Gaussian(constant: constant),
            new RecipeOptions { HiddenUnits = 24, InitialDeviation = deviation });
        var result = recipe.Run();

        Assert.Equal(RecipeVerdict.NotStarted, result.Diagnosis);
        Assert.Equal(RecipeVerdict.NotStarted, result.Steps[0].Verdict);
        Assert.Equal(RecipeVerdict.CannotFitHandful, result.Steps[1].Verdict);
        Assert.Equal(RecipeVerdict.NotStarted, CurveDiagnosis.Read(recipe.Train(new RecipeSetting(0.01, 0, 10))).Verdict);
    }

    [Fact]
    public void Zero_weights_do_no_harm_to_a_linear_head()
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(), new RecipeOptions { InitialDeviation = 0 }).Run();

        Assert.Equal(RecipeVerdict.Good, result.Diagnosis);
    }

    [Theory]
    [InlineData(480, 16)]
    [InlineData(200, 256)]
    [InlineData(2000, 16)]
    public void Shuffled_labels_are_seen(int count, int features)
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(count, features, shuffledLabels: true)).Run();

        Assert.Equal(RecipeVerdict.ShuffledLabels, result.Diagnosis);
        Assert.Equal(TransferWay.None, result.Transfer.Way);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(32)]
    public void Tiny_data_is_seen(int count)
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(count)).Run();

        Assert.Equal(RecipeVerdict.TinyData, result.Diagnosis);
    }

    [Fact]
    public void Of_tiny_data_no_setting_is_taken_that_is_only_surer_of_its_errors()
    {
        var result = new TrainingRecipe(PlantedData.Gaussian(15, 400, shuffledLabels: true)).Run();

        Assert.Equal(RecipeVerdict.TinyData, result.Diagnosis);
        Assert.InRange(result.Curves.ValidationLoss[^1], 0, 2 * result.Curves.ValidationLoss[0]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_with_any_number_of_threads()
    {
        var first = new TrainingRecipe(PlantedData.Gaussian(200), new RecipeOptions { Threads = 1 }).Run();
        var second = new TrainingRecipe(PlantedData.Gaussian(200), new RecipeOptions { Threads = 4 }).Run();

        Assert.Equal(first.Setting, second.Setting);
        Assert.Equal(first.Curves.ValidationLoss, second.Curves.ValidationLoss);
        foreach ((var one, var other) in first.Steps.Zip(second.Steps))
        {
            Assert.Equal(one.Numbers, other.Numbers);
        }

        Assert.Equal(first.Transfer, second.Transfer);
    }

    [Fact]
    public void Steps_are_announced_and_cancellation_is_heard()
    {
        List<int> begun = [];
        new TrainingRecipe(PlantedData.Gaussian(120), new RecipeOptions { Progress = (step, _) => begun.Add(step) }).Run();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], begun);
        Assert.Throws<OperationCanceledException>(() =>
            new TrainingRecipe(PlantedData.Gaussian(120)).Run(cancellation: new CancellationToken(true)));
    }

    [Fact]
    public void Bad_data_and_options_are_refused_by_name()
    {
        Assert.Equal("LearningRates",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RecipeOptions { LearningRates = [0.1, -1] }).ParamName);
        Assert.Equal("Momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new RecipeOptions { Momentum = 1 }).ParamName);
    }
}
