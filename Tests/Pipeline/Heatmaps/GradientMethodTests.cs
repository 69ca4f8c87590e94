using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Tests;

public sealed class GradientMethodTests : IDisposable
{
    private readonly TestImages _images = new(5, 60, 44);

    [Theory]
    [InlineData("pooled")]
    [InlineData("pooled:cov")]
    public void The_gradient_through_a_pooling_is_that_of_small_differences(string features)
    {
        var backbone = TestNetworks.MeanPooled.WithFeatures(features);
        var head = HeadFor(backbone);
        var random = new Random(3);
        var map = Enumerable.Range(0, backbone.FeatureMapShape!.Value.Length)
            .Select(_ => (random.NextSingle() * 2) - 1).ToArray();
        var probe = new GradientProbe();
        new HeatmapComputer(backbone, head, probe).Compute(map, 1, ImageGeometry.Identity(32, 32));

        // The mean of an exact map is the score.
        var exact = new HeatmapComputer(backbone, head);
        for (var i = 0; i < map.Length; i += 7)
            Assert.Equal((Score(i, 1e-2f) - Score(i, -1e-2f)) / 2e-2, probe.Gradient[i], 2e-3);
        Assert.True(probe.Gradient.Max(Math.Abs) > 1e-2);

        double Score(int place, float step)
        {
            float[] changed = [.. map];
            changed[place] += step;
            return exact.Compute(changed, 1, ImageGeometry.Identity(32, 32)).Values.ToArray().Average(v => (double)v);
        }
    }

    [Theory]
    [InlineData("stage1+pooled")]
    [InlineData("pooled:max")]
    public void Layers_are_shown_for_features_of_every_kind(string features)
    {
        using var model = Model(TestNetworks.MeanPooled.WithFeatures(features), new BackboneRunOptions());
        var stage = model.Backbone.Stages[0];
        string[] layers = [stage.Name, stage.Value, "map"];
        var request = new HeatmapRequest { Method = new LayerCamMethod(), Layers = layers, ClassName = "b" };

        var map = model.Explain(Picture.FromFile(_images.Paths[0]), request).Heatmap!;

        Assert.Equal((stage.Shape.Width, stage.Shape.Height), (map.Width, map.Height));
        Assert.All(map.Values.ToArray(), v => Assert.InRange(v, -1, 1));
        Assert.True(map.IsAnywherePositive);
    }

    [Fact]
    public void Layers_before_a_root_that_has_no_slope_at_0_are_refused_by_the_name_of_the_node()
    {
        using var model = Model(TestNetworks.MeanPooled.WithFeatures("pooled:cov"), new BackboneRunOptions());
        var picture = Picture.FromFile(_images.Paths[0]);

        Assert.NotNull(model.Explain(picture, method: new LayerCamMethod()).Heatmap);
        var unfit = Assert.Throws<BackboneException>(() => model.Explain(picture, method: new GradCamMethod()));
        Assert.Contains("does not fit", unfit.Message, StringComparison.Ordinal);
        var error = Assert.Throws<BackboneException>(() => model.Explain(picture,
            new HeatmapRequest { Method = new GradCamMethod(), Layers = ["stage1"] }));
        Assert.Contains("triangle_sign", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_of_layers_are_the_same_bits_in_any_batch_on_any_number_of_threads_and_for_several_callers()
    {
        foreach (var name in (string[])["mean-pooled", "fully-connected", "class-maps"])
        {
            using var model = Model(TestNetworks.Open(name), new BackboneRunOptions { BatchSize = 4, Threads = 2 });
            using var other = Model(TestNetworks.Open(name), new BackboneRunOptions { BatchSize = 1, Threads = 1 });
            foreach (var layers in (string[][])[["stage1"], []])
            {
                var request = new HeatmapRequest { Method = new GradCamMethod(), Layers = layers, Flips = true };
                var maps = model.Explain(_images.Paths.Select(Picture.FromFile), request)
                    .Select(e => e.Heatmap!.Values.ToArray()).ToArray();
                var single = new float[maps.Length][];
                Parallel.For(0, maps.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
                    single[i] = other.Explain(Picture.FromFile(_images.Paths[i]), request).Heatmap!.Values.ToArray());

                Assert.Equal(maps, single);
            }
        }
    }

    [Fact]
    public void A_chain_with_a_heatmap_of_its_own_is_explained_too()
    {
        var context = new MLContext(1);
        var view = PathRow.View(context, _images.Paths);
        var backbone = TestNetworks.MeanPooled;
        var chain = context.Transforms.ApplyBackbone(backbone)
            .Append(new TestHeadEstimator(HeadFor(backbone)))
            .Append(context.Transforms.ClassActivationMap("Heatmap"));
        using var model = ImageClassificationModel.From(
            new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema });

        Assert.NotNull(model.Explain(Picture.FromFile(_images.Paths[0])).Heatmap);
        Assert.All(model.Explain(_images.Paths), e => Assert.NotNull(e.Heatmap));
    }

    [Fact]
    public void Pictures_that_cannot_be_read_have_an_error_among_those_that_can()
    {
        var bad = Path.Combine(_images.Root, "bad.png");
        File.WriteAllText(bad, "no picture");
        using var model = Model(TestNetworks.Open("fully-connected"), new BackboneRunOptions { BatchSize = 3 });

        var explanations = model.Explain([_images.Paths[0], bad, .. _images.Paths], method: new HiResCamMethod()).ToArray();

        Assert.Equal([0, 2, 3, 4, 5, 6], explanations.Index().Where(e => e.Item.Heatmap is not null).Select(e => e.Index));
        Assert.Equal(explanations[0].Heatmap!.Values.ToArray(), explanations[2].Heatmap!.Values.ToArray());
        Assert.NotNull(explanations[1].Prediction.Error);
    }

    [Fact]
    public void Columns_refuse_a_gradient_through_layers_that_are_not_at_hand()
    {
        var context = new MLContext(1);
        var backbone = TestNetworks.Open("fully-connected");
        var view = PathRow.View(context, _images.Paths);
        var maps = context.Transforms.ApplyBackbone(backbone).Fit(view).Transform(view);
        var estimator = context.Transforms.ClassActivationMap("Heatmap", new HeatmapOptions
        {
            Head = HeadFor(backbone),
            ClassName = "b",
            Method = "grad-cam",
        });

        Assert.Contains("Explain", Assert.Throws<BackboneException>(() => estimator.Fit(maps)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _images.Dispose();

    private static LinearHeadWeights HeadFor(Backbone backbone)
    {
        var random = new Random(5);
        return new LinearHeadWeights(
            [.. Enumerable.Range(0, 3 * backbone.FeatureCount).Select(_ => random.NextSingle() - 0.5f)], [0.1f, 0, -0.1f],
            ["a", "b", "c"]);
    }

    private ImageClassificationModel Model(Backbone backbone, BackboneRunOptions options)
    {
        var context = new MLContext(1);
        var view = PathRow.View(context, _images.Paths);
        var chain = context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null)
            .Append(new TestHeadEstimator(HeadFor(backbone)));
        var trained = new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema };
        return ImageClassificationModel.From(trained, options);
    }

    /// <summary>Keeps the gradient that it is given.</summary>
    private sealed class GradientProbe : IHeatmapMethod
    {
        public float[] Gradient { get; private set; } = [];

        public string Name => "probe";

        public bool RunsNetwork => false;

        public bool UsesGradient => true;

        public bool Fits(MapPooling pooling) => true;

        public void Compute(in HeatmapInput input, Span<float> map) => Gradient = input.Gradient.ToArray();
    }
}
