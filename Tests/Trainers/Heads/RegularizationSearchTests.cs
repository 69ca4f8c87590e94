using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Tests.Heads;

public class RegularizationSearchTests
{
    [Theory]
    [InlineData(3600, 300, 8)]
    [InlineData(12_000, 60, 12)]
    public void What_is_chosen_for_many_rows_or_classes_is_nearly_the_best_for_new_rows(int rows, int classes, double spread)
    {
        var all = Problems.Blobs(rows + 2000, 128, classes, spread: spread);
        var (train, test) = (Rows(all, 0, rows), Rows(all, rows, rows + 2000));
        double Loss(double? l2)
        {
            var model = LinearHead.Fit(train, new LinearHeadOptions { L2Regularization = l2 }).Model;
            var scores = new float[classes];
            var loss = 0.0;
            for (var row = 0; row < test.Count; row++)
            {
                model.Scores(test.Row(row), scores);
                loss += Softmax.LogLoss(scores, test.Labels[row]);
            }

            return loss / test.Count;
        }

        double[] losses = [.. new double[] { 1, 10, 100, 1000, 3000 }.Select(l2 => Loss(l2))];
        var (least, fallback) = (losses.Min(), losses[0]);
        Assert.True(fallback > 1.03 * least, $"{string.Join(", ", losses)}: the choice does not matter here");
        Assert.InRange(Loss(null) - least, -0.25 * (fallback - least), 0.25 * (fallback - least));
    }

    [Fact]
    public void A_class_with_a_single_row_does_not_end_the_search()
    {
        var known = Problems.Blobs(90, 40, 3, spread: 4);
        var builder = new FeatureMatrixBuilder(known.FeatureCount, [.. known.ClassNames, "rare"]);
        for (var i = 0; i < known.Count; i++)
            builder.Add(known.Row(i), known.Labels[i]);
        builder.Add(known.Row(0), 3);
        Assert.NotEqual(RegularizationSearch.Fallback, RegularizationSearch.Choose(known, new LinearHeadOptions()));
        Assert.Equal(RegularizationSearch.Choose(known, new LinearHeadOptions()),
            RegularizationSearch.Choose(builder.Build(), new LinearHeadOptions()), 1.0);
    }

    private static FeatureMatrix Rows(FeatureMatrix all, int first, int end) =>
        all.Subset([.. Enumerable.Range(first, end - first)]);
}
