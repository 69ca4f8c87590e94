using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Lbfgs;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Tests;

public class SampleSpaceTests
{
    [Fact]
    public void Lengths_and_angles_stay()
    {
        var samples = Samples(20, 200, 1);
        var space = SampleSpace.Of(samples);
        Assert.True(SampleSpace.Pays(samples));
        Assert.Equal(20, space.Rows.FeatureCount);
        for (var i = 0; i < samples.Count; i++)
        {
            for (var j = 0; j < samples.Count; j++)
                Assert.Equal(Dot(samples.Row(i), samples.Row(j)), Dot(space.Rows.Row(i), space.Rows.Row(j)), 1e-3);
        }
    }

    [Fact]
    public void A_model_found_there_is_the_one_found_on_the_features()
    {
        FeatureMatrix samples = Samples(30, 150, 2), others = Samples(10, 150, 3);
        var space = SampleSpace.Of(samples);
        var options = new LbfgsOptions { L2Regularization = 5, Tolerance = 1e-10 };
        var direct = LbfgsSolver.Minimize(samples, options).Model;
        var turned = LbfgsSolver.Minimize(space.Rows, options).Model;
        var unfolded = space.Unfold(turned);
        var projected = space.Project(others);
        float[] a = new float[3], b = new float[3], c = new float[3];
        for (var i = 0; i < others.Count; i++)
        {
            direct.Scores(others.Row(i), a);
            unfolded.Scores(others.Row(i), b);
            turned.Scores(projected.Row(i), c);
            for (var k = 0; k < 3; k++)
            {
                Assert.Equal(a[k], b[k], 2e-3f);
                Assert.Equal(b[k], c[k], 1e-4f);
            }
        }

        var back = space.Project(unfolded);
        for (var k = 0; k < turned.Weights.Length; k++)
            Assert.Equal(turned.Weights[k], back.Weights[k], 1e-4f);
    }

    [Fact]
    public void Rows_that_others_span_add_no_coordinates()
    {
        var once = Samples(8, 100, 4);
        var twice = once.Subset([0, 1, 2, 3, 4, 5, 6, 7, 0, 3]);
        var space = SampleSpace.Of(twice);
        Assert.Equal(8, space.Rows.FeatureCount);
        Assert.Equal(space.Rows.Row(0).ToArray(), space.Rows.Row(8).ToArray());
        Assert.Equal(1, SampleSpace.Of(new FeatureMatrix(new float[30], 10, [0, 1, 0], ["a", "b"])).Rows.FeatureCount);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var k = 0; k < a.Length; k++)
            sum += (double)a[k] * b[k];

        return sum;
    }

    private static FeatureMatrix Samples(int rows, int features, int seed)
    {
        var random = new Random(seed);
        return new FeatureMatrix([.. Enumerable.Range(0, rows * features)
            .Select(i => random.NextSingle() + (i / features % 3 == i % 3 ? 0.3f : 0))], features,
            [.. Enumerable.Range(0, rows).Select(i => i % 3)], ["a", "b", "c"]);
    }
}
