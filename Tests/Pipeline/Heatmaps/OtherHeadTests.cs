using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Tests;

/// <summary>Heads that leave no weights behind: any of ML.NET's.</summary>
public sealed class OtherHeadTests : IDisposable
{
    private readonly TestImages _images = new(9, 60, 44);
    private readonly MLContext _context = new(1);

    [Fact]
    public void The_map_of_a_linear_head_is_found_from_its_scores_alone()
    {
        var backbone = TestNetworks.MeanPooled;
        using var model = Model(backbone, out var weights);
        Assert.Null(model.Head);
        var picture = Picture.FromFile(_images.Paths[0]);

        // Probabilities tell the scores but for what is common to all classes.
        var centred = new float[weights.Weights.Length];
        for (var k = 0; k < centred.Length; k++)
        {
            var (feature, classes) = (k % weights.FeatureCount, weights.ClassCount);
            centred[k] = weights.Weights[k]
                - Enumerable.Range(0, classes).Average(c => weights.WeightsOf(c)[feature]);
        }

        foreach (var (index, name) in model.ClassNames.Index())
        {
            var found = model.Explain(picture, name).Heatmap!;
            var exact = Exact(backbone, picture, centred, index);

            Assert.True(exact.Max(Math.Abs) > 1e-3);
            Assert.All(found.Values.ToArray().Zip(exact), v => Assert.Equal(v.Second, v.First, 2e-2 * exact.Max(Math.Abs)));
        }
    }

    [Fact]
    public void Every_method_that_fits_shows_something_and_the_same_for_one_picture_as_for_many()
    {
        using var model = Model(TestNetworks.MeanPooled, out _);
        foreach (var method in HeatmapMethods.Names.Select(HeatmapMethods.ByName).Where(m => m.Fits(MapPooling.Mean)))
        {
            var maps = model.Explain(_images.Paths.Take(3), method: method).Select(e => e.Heatmap!.Values.ToArray()).ToArray();

            Assert.Equal(maps[1], model.Explain(Picture.FromFile(_images.Paths[1]), method: method).Heatmap!.Values.ToArray());
            Assert.All(maps, map => Assert.True(map.All(float.IsFinite) && map.Any(v => v != 0), method.Name));
        }
    }

    [Fact]
    public void Layers_that_are_no_pooled_map_have_gradients_through_the_network()
    {
        using var model = Model(TestNetworks.Open("fully-connected"), out _);
        var request = new HeatmapRequest { Method = new GradCamMethod(), Layers = ["stage1"] };

        var map = model.Explain(Picture.FromFile(_images.Paths[0]), request).Heatmap!;

        Assert.Contains(map.Values.ToArray(), v => v != 0);
    }

    public void Dispose() => _images.Dispose();

    private static float[] Exact(Backbone backbone, Picture picture, float[] weights, int index)
    {
        using var network = new BackboneTransformerProbe(backbone);
        var map = network.FeatureMapOf(picture);
        var shape = backbone.FeatureMapShape!.Value;
        var places = shape.Height * shape.Width;
        return [.. Enumerable.Range(0, places).Select(p => (float)Enumerable.Range(0, shape.Channels)
            .Sum(k => (double)weights[(index * shape.Channels) + k] * map[(k * places) + p]))];
    }

    private ImageClassificationModel Model(Backbone backbone, out LinearHeadWeights weights)
    {
        var view = PathRow.View(_context, _images.Paths);
        var chain = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.5f));
        var fitted = chain.Fit(view);
        weights = LinearHeadWeights.Of(fitted.LastTransformer.Model, ["class 0", "class 1", "class 2"]);
        return ImageClassificationModel.From(new TrainedModel { Transformer = fitted, InputSchema = view.Schema },
            new BackboneRunOptions());
    }

    /// <summary>The feature map of a picture, as a column.</summary>
    private sealed class BackboneTransformerProbe(Backbone backbone) : IDisposable
    {
        private readonly List<IDisposable> _made = [];

        public float[] FeatureMapOf(Picture picture)
        {
            var context = new MLContext(1);
            var view = PathRow.View(context, [picture.Path!]);
            var transformer = context.Transforms.ApplyBackbone(backbone).Fit(view);
            _made.Add(transformer);
            return transformer.Transform(view).GetColumn<float[]>("FeatureMap").Single();
        }

        public void Dispose() => _made.ForEach(m => m.Dispose());
    }
}
