using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Lbfgs;
using MlPipeline.Trainers.Solvers.Samples;
using MlPipeline.Trainers.Solvers.Sgd;
using MlPipeline.Trainers.Solvers.Svm;

namespace MlPipeline.Trainers.Tests;

public class FeatureMatrixTests
{
    [Fact]
    public void Bad_rows_are_refused_by_number()
    {
        var builder = new FeatureMatrixBuilder(2, ["a", "b", "c"]);
        builder.Add([1, 2], 0);
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => builder.Add([1], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => builder.Add([1, float.NaN], 0)).Message,
            StringComparison.Ordinal);
        Assert.Contains("label 3", Assert.Throws<ArgumentException>(() => builder.Add([1, 2], 3)).Message,
            StringComparison.Ordinal);
        Assert.Contains("weight", Assert.Throws<ArgumentException>(() => builder.Add([1, 2], 1, -1f)).Message,
            StringComparison.Ordinal);
        builder.Add([3, 4], 2, 0.5f);
        var samples = builder.Build();
        Assert.Equal(2, samples.Count);
        Assert.Equal([1f, 0.5f], samples.Weights.ToArray());
        Assert.Equal([3f, 4f], samples.Row(1).ToArray());
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Equal("L1Regularization",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptions { L1Regularization = -1 }).ParamName);
        Assert.Equal("HistorySize",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LbfgsOptions { HistorySize = 0 }).ParamName);
        Assert.Equal("C", Assert.Throws<ArgumentOutOfRangeException>(() => new SvmOptions { C = 0 }).ParamName);
        Assert.Equal("Momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new SgdOptions { Momentum = 1 }).ParamName);
    }

    [Fact]
    public void Balanced_weights_give_classes_equal_totals()
    {
        var samples = new FeatureMatrix([1f, 2f, 3f, 4f], 1, [0, 0, 0, 2], ["a", "b", "c"]);
        var totals = samples.WithClassWeights(samples.BalancedClassWeights()).ClassTotals();
        Assert.Equal([2.0, 0.0, 2.0], totals.Select(total => Math.Round(total, 5)));
    }

    [Fact]
    public void A_model_folded_out_of_standardised_features_scores_the_same()
    {
        var samples = Problems.Blobs(60, 5, 3, weighted: true);
        var scaling = FeatureScaling.Measure(samples);
        var scaled = samples.Subset([.. Enumerable.Range(0, samples.Count)]);
        scaling.ApplyInPlace(scaled);
        var model = LbfgsSolver.Minimize(scaled).Model;
        var folded = scaling.Fold(model);
        float[] a = new float[3], b = new float[3];
        for (var i = 0; i < samples.Count; i++)
        {
            model.Scores(scaled.Row(i), a);
            folded.Scores(samples.Row(i), b);
            Problems.AssertClose(a, b, 1e-4);
        }

        Problems.AssertClose(model.Weights, scaling.Unfold(folded).Weights, 1e-5);
    }

    [Fact]
    public void Standardised_features_have_mean_zero_and_deviation_one_and_constants_vanish()
    {
        var samples = new FeatureMatrix([1f, 7f, 3f, 7f, 8f, 7f], 2, [0, 1, 0], ["a", "b"]);
        var scaled = samples.Subset([0, 1, 2]);
        FeatureScaling.Measure(samples).ApplyInPlace(scaled);
        double mean = 0, square = 0;
        for (var i = 0; i < 3; i++)
        {
            mean += scaled.Row(i)[0];
            square += scaled.Row(i)[0] * scaled.Row(i)[0];
            Assert.Equal(0, scaled.Row(i)[1]);
        }

        Assert.Equal(0, mean, 1e-5);
        Assert.Equal(3, square, 1e-4);
    }
}
