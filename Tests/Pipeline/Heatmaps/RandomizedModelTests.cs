using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Tests;

public sealed class RandomizedModelTests : IDisposable
{
    private readonly TestImages _images = new(2, 60, 44);

    [Theory]
    [InlineData("pooled")]
    [InlineData("stage1+pooled")]
    [InlineData("pooled:cov")]
    public void Weights_are_lost_from_the_head_down_by_the_seed(string features)
    {
        using var model = Model(TestNetworks.MeanPooled.WithFeatures(features));
        var picture = Picture.FromFile(_images.Paths[0]);
        var request = new HeatmapRequest { ClassName = "b" };
        var plain = model.Explain(picture, request).Heatmap!.Values.ToArray();

        var steps = Maps(1);

        Assert.Equal([RandomizedModel.HeadStep, .. model.Backbone.Stages.Reverse().Select(s => s.Name)],
            steps.Select(s => s.Step));
        Assert.Equal(steps.Count + 1, steps.Select(s => s.Map).Append(plain).Select(m => string.Join(' ', m)).Distinct().Count());
        Assert.Equal(steps.Select(s => s.Map), Maps(1).Select(s => s.Map));
        Assert.NotEqual(steps[0].Map, Maps(2)[0].Map);

        // The model itself stays as it is, and the first step has its network.
        Assert.Equal(plain, model.Explain(picture, request).Heatmap!.Values.ToArray());
        using var head = RandomizedModel.Cascade(model).First();
        var eigen = new HeatmapRequest { ClassName = "b", Method = new EigenCamMethod() };
        Assert.Equal(model.Explain(picture, eigen).Heatmap!.Values.ToArray(), head.Explain(picture, eigen).Values.ToArray());
        Assert.Throws<ArgumentException>(() => head.Explain(picture, new HeatmapRequest()));

        List<(string Step, float[] Map)> Maps(int seed)
        {
            List<(string, float[])> maps = [];
            foreach (var random in RandomizedModel.Cascade(model, seed))
            {
                using (random)
                    maps.Add((random.Step, random.Explain(picture, request).Values.ToArray()));
            }

            return maps;
        }
    }

    public void Dispose() => _images.Dispose();

    private ImageClassificationModel Model(Backbone backbone)
    {
        var context = new MLContext(1);
        var random = new Random(5);
        var head = new LinearHeadWeights(
            [.. Enumerable.Range(0, 3 * backbone.FeatureCount).Select(_ => random.NextSingle() - 0.5f)], [0.1f, 0, -0.1f],
            ["a", "b", "c"]);
        var view = PathRow.View(context, _images.Paths);
        var chain = context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null).Append(new TestHeadEstimator(head));
        return ImageClassificationModel.From(new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema },
            new BackboneRunOptions());
    }
}
