using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Tests;

public class CrossValidationTests
{
    [Fact]
    public void Every_row_is_scored_once_and_threads_do_not_count()
    {
        var matrix = Problems.Blobs(103, 6, 4);
        Fold[] folds = [.. CrossValidation.Splits(matrix, 5, seed: 2).Select(split => Fold.Of(matrix, split))];
        Assert.Equal(Enumerable.Range(0, 103), folds.SelectMany(fold => fold.Rows).Order());
        var one = new CrossValidation(folds, 1).Score(new LinearHeadOptions(), 3).Losses();
        var many = new CrossValidation(folds, 3).Score(new LinearHeadOptions(), 3).Losses();
        Assert.Equal(103, one.Length);
        Assert.Equal(one, many);
    }

    [Fact]
    public void A_path_ends_where_a_fresh_start_does()
    {
        var matrix = Problems.Blobs(120, 6, 3);
        Fold[] folds = [.. CrossValidation.Splits(matrix, 4, seed: 1).Select(split => Fold.Of(matrix, split))];
        var options = new LinearHeadOptions { Tolerance = 1e-9 };
        var path = new CrossValidation(folds, 2);
        path.Score(options, 100);
        path.Score(options, 10);
        Assert.Equal(new CrossValidation(folds, 2).Score(options, 1).LogLoss(), path.Score(options, 1).LogLoss(), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_several_failures_that_of_the_first_fold_is_thrown(int threads)
    {
        var error = Assert.Throws<InvalidOperationException>(() => CrossValidation.Run<int>(6, threads, fold =>
            fold < 2 ? fold : throw new InvalidOperationException($"fold {fold}")));
        Assert.Equal("fold 2", error.Message);
    }

    [Fact]
    public void Held_out_losses_and_accuracies_are_what_their_definitions_say()
    {
        var matrix = Problems.Blobs(90, 5, 3, weighted: true);
        Fold[] folds = [.. CrossValidation.Splits(matrix, 3, seed: 1).Select(split => Fold.Of(matrix, split))];
        var options = new LinearHeadOptions();
        var scores = new CrossValidation(folds, 1).Score(options, 2);
        double loss = 0, right = 0, total = 0;
        var own = new float[3];
        var model = HeadSolve.Run(folds[1].Train, options, 2, null);
        for (var i = 0; i < folds[1].Test.Count; i++)
        {
            model.Scores(folds[1].Test.Row(i), own);
            var sum = own.Sum(score => Math.Exp(score));
            Assert.Equal(-Math.Log(Math.Exp(own[folds[1].Test.Labels[i]]) / sum), scores.Losses()[folds[0].Test.Count + i], 1e-5);
            right += Array.IndexOf(own, own.Max()) == folds[1].Test.Labels[i] ? 1.0 / folds[1].Test.Count : 0;
        }

        Assert.Equal(right, scores.Accuracies()[1], 1e-9);
        foreach (var (fold, row) in folds.SelectMany(fold => Enumerable.Range(0, fold.Test.Count).Select(row => (fold, row))))
            total += fold.Test.WeightOf(row);

        var at = 0;
        foreach (var (fold, row) in folds.SelectMany(fold => Enumerable.Range(0, fold.Test.Count).Select(row => (fold, row))))
            loss += fold.Test.WeightOf(row) * scores.Losses()[at++] / total;

        Assert.Equal(loss, scores.LogLoss(), 1e-9);
    }
}
