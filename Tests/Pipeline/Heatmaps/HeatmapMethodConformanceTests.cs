using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Tests;

/// <summary>What every heatmap method promises.</summary>
public sealed class HeatmapMethodConformanceTests : IDisposable
{
    // These show the same whatever the class.
    private static readonly string[] s_ofNoClass = ["eigen-cam", "center"];

    private readonly TestImages _images = new(7, 60, 44);

    public static TheoryData<string> Names => [.. HeatmapMethods.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_are_the_same_bits_in_any_batch_and_on_any_number_of_threads(string name)
    {
        var method = HeatmapMethods.ByName(name);
        using var model = Model(method, new BackboneRunOptions { BatchSize = 3, Threads = 2 });
        using var other = Model(method, new BackboneRunOptions { BatchSize = 1, Threads = 1 });

        var maps = model.Explain(_images.Paths, method: method).Select(e => e.Heatmap!).ToList();

        Assert.Equal(7, maps.Count);
        foreach (var (map, path) in maps.Zip(_images.Paths))
        {
            var shape = model.Backbone.FeatureMapShape!.Value;
            Assert.Equal((shape.Width, shape.Height), (map.Width, map.Height));
            Assert.All(map.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
            Assert.Equal(map.Values.ToArray(), other.Explain(Picture.FromFile(path), method: method).Heatmap!.Values.ToArray());
        }

        Assert.True(maps.Select(m => m.Values[0]).Distinct().Count() > 1 || name == "center");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_class_can_be_shown_and_normalised_maps_lie_between_0_and_1(string name)
    {
        var method = HeatmapMethods.ByName(name);
        using var model = Model(method, new BackboneRunOptions());
        var picture = Picture.FromFile(_images.Paths[0]);

        var maps = model.ClassNames.Select(c => model.Explain(picture, c, method).Heatmap!).ToList();

        Assert.Equal(model.ClassNames, maps.Select(m => m.ClassName));
        Assert.Equal(s_ofNoClass.Contains(name) ? 1 : maps.Count,
            maps.Select(m => string.Join(' ', m.Values.ToArray())).Distinct().Count());
        foreach (var map in maps)
        {
            var over = map.OverOriginal();
            Assert.All(over, v => Assert.InRange(v, 0, 1));
            Assert.Equal(map.Values.ToArray().Max() > 0, over.Max() > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Networks_without_a_pooled_map_are_explained_or_refused_with_the_methods_that_can(string name)
    {
        var method = HeatmapMethods.ByName(name);
        using var model = Model(method, new BackboneRunOptions(), TestNetworks.Open("fully-connected"));
        if (method.Fits(MapPooling.None))
        {
            Assert.NotNull(model.Explain(Picture.FromFile(_images.Paths[0]), method: method).Heatmap);
            return;
        }

        var error = Assert.Throws<BackboneException>(() => model.Explain(Picture.FromFile(_images.Paths[0]), method: method));
        Assert.Contains("eigen-cam", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Methods_are_columns_unless_they_run_the_network_again(string name)
    {
        var context = new MLContext(1);
        var method = HeatmapMethods.ByName(name);
        var backbone = method.Fits(MapPooling.Mean)
            ? TestNetworks.MeanPooled : TestNetworks.MeanPooled.WithFeatures("pooled:cov");
        var view = PathRow.View(context, _images.Paths);
        var maps = context.Transforms.ApplyBackbone(backbone).Fit(view).Transform(view);
        var estimator = context.Transforms.ClassActivationMap("Heatmap", new HeatmapOptions
        {
            Head = HeadFor(backbone),
            ClassName = "b",
            Method = name,
        });
        if (method.RunsNetwork)
        {
            var error = Assert.Throws<BackboneException>(() => estimator.Fit(maps));
            Assert.Contains("Explain", error.Message, StringComparison.Ordinal);
            return;
        }

        using var model = Model(method, new BackboneRunOptions());
        var columns = estimator.Fit(maps).Transform(maps).GetColumn<float[]>("Heatmap").ToList();
        Assert.Equal(columns, _images.Paths.Select(p =>
            model.Explain(Picture.FromFile(p), "b", method).Heatmap!.Values.ToArray()));
    }

    public void Dispose() => _images.Dispose();

    private static LinearHeadWeights HeadFor(Backbone backbone)
    {
        var random = new Random(5);
        return new LinearHeadWeights(
            [.. Enumerable.Range(0, 3 * backbone.FeatureCount).Select(_ => random.NextSingle() - 0.5f)], [0.1f, 0, -0.1f],
            ["a", "b", "c"]);
    }

    private ImageClassificationModel Model(IHeatmapMethod method, BackboneRunOptions options, Backbone? backbone = null)
    {
        var context = new MLContext(1);
        backbone ??= method.Fits(MapPooling.Mean)
            ? TestNetworks.MeanPooled : TestNetworks.MeanPooled.WithFeatures("pooled:cov");
        var view = PathRow.View(context, _images.Paths);
        var chain = context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null)
            .Append(new TestHeadEstimator(HeadFor(backbone)));
        var trained = new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema };
        return ImageClassificationModel.From(trained, options);
    }
}
