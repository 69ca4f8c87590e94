using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Tests;

public sealed class FeatureSetTests : IDisposable
{
    private readonly TestImages _images = new(5);

    [Theory]
    [InlineData("mean-pooled")]
    [InlineData("fully-connected")]
    [InlineData("class-maps")]
    public void Stages_are_the_last_maps_before_each_drop_of_resolution(string network)
    {
        var stages = TestNetworks.Open(network).Stages;

        Assert.Equal(
            [new BackboneStage("stage1", "r1", new FeatureMapShape(8, 16, 16), 2),
                new BackboneStage("stage2", "map", new FeatureMapShape(6, 4, 4), 8)],
            stages);
    }

    [Theory]
    [InlineData(64, "16,8,4")]
    [InlineData(96, "24,12,6")]
    public void Stages_are_the_same_for_every_input_size(int size, string expected)
    {
        // The stem of the embedded network keeps a quarter of the side; its three groups of blocks follow.
        var usual = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap);
        var backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap,
            new BackboneOptions { Preprocessing = usual.Preprocessing.WithSize(size) });

        Assert.Equal(usual.Stages.Select(s => (s.Name, s.Value, s.Stride)),
            backbone.Stages.Select(s => (s.Name, s.Value, s.Stride)));
        Assert.Equal(backbone.FeatureMapName, backbone.Stages[^1].Value);
        Assert.EndsWith(expected, string.Join(',', backbone.Stages.Select(s => s.Shape.Width)), StringComparison.Ordinal);
    }

    [Fact]
    public void Joined_features_are_the_means_of_the_maps_one_after_the_other()
    {
        var backbone = TestNetworks.MeanPooled.WithFeatures("stage1+pooled+stage2:max");
        var features = Features(backbone);
        var means = Features(TestNetworks.MeanPooled);
        var context = new MLContext();
        var images = View();
        var stage1 = context.Transforms.ApplyBackbone(TestNetworks.Open("mean-pooled", new BackboneOptions { FeatureMap = "r1" }),
            featuresColumnName: null, featureMapColumnName: "Map")
            .Fit(images).Transform(images).GetColumn<float[]>("Map").ToArray();
        var stage2 = context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, featuresColumnName: null,
            featureMapColumnName: "Map")
            .Fit(images).Transform(images).GetColumn<float[]>("Map").ToArray();

        Assert.Equal(("stage1+pooled+stage2:max", 20), (backbone.FeaturesFrom, backbone.FeatureCount));
        Assert.Equal(
            [new FeaturePart("stage1", "r1", 0, 8), new FeaturePart("pooled", "map", 8, 6),
                new FeaturePart("stage2:max", "map", 14, 6)], backbone.FeatureParts);
        for (var i = 0; i < features.Length; i++)
        {
            Assert.Equal(means[i], features[i][8..14]);
            for (var k = 0; k < 8; k++)
                Assert.Equal(stage1[i].AsSpan(k * 256, 256).ToArray().Average(), features[i][k], 1e-5f);

            for (var k = 0; k < 6; k++)
                Assert.Equal(stage2[i].AsSpan(k * 16, 16).ToArray().Max(), features[i][14 + k]);
        }
    }

    [Fact]
    public void Covariances_are_signed_roots_of_the_products_of_centred_channels_at_unit_length()
    {
        // A map of six channels is not projected, so all can be followed by hand.
        var backbone = TestNetworks.MeanPooled.WithFeatures("stage1+stage2:cov");
        var features = Features(backbone);
        var maps = Maps(TestNetworks.MeanPooled);

        Assert.Equal((8 + 21, 8, MapPooling.Covariance),
            (backbone.FeatureCount, backbone.FeatureParts[1].Offset, backbone.FeatureMapPooling));
        for (var i = 0; i < features.Length; i++)
        {
            var channels = Enumerable.Range(0, 6)
                .Select(k => maps[i].AsSpan(k * 16, 16).ToArray().Select(v => SignedRoot(v)).ToArray()).ToArray();
            var centred = channels.Select(c => c.Select(v => v - c.Average()).ToArray()).ToArray();
            var products = Enumerable.Range(0, 6)
                .SelectMany(a => Enumerable.Range(a, 6 - a)
                    .Select(b => SignedRoot(centred[a].Zip(centred[b], (x, y) => x * y).Sum()))).ToArray();
            var length = Math.Sqrt(products.Sum(p => p * p));
            for (var k = 0; k < 21; k++)
                Assert.Equal(products[k] / length, features[i][8 + k], 1e-4);
        }

        static double SignedRoot(double v) => Math.Sign(v) * Math.Sqrt(Math.Abs(v));
    }

    [Fact]
    public void The_mean_of_a_covariance_activation_map_and_the_bias_are_the_score()
    {
        var backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap).WithFeatures("stage2:cov+stage3:cov");
        var random = new Random(3);
        var head =
            new LinearHeadWeights([.. Enumerable.Range(0, 2 * backbone.FeatureCount).Select(_ => random.NextSingle() - 0.5f)],
                [0.25f, -0.5f], ["a", "b"]);
        var computer = new HeatmapComputer(backbone, head);
        var features = Features(backbone);
        var maps = Maps(backbone);

        Assert.Equal(("covariance-cam", MapPooling.Covariance), (computer.Method.Name, backbone.FeatureMapPooling));
        var part = backbone.FeatureParts[1];
        Assert.Equal(part.Offset, backbone.FeatureMapOffset);
        for (var i = 0; i < maps.Length; i++)
        {
            var scores = new double[2];
            for (var c = 0; c < 2; c++)
            {
                scores[c] = head.Biases[c];
                for (var k = 0; k < part.Length; k++)
                    scores[c] += (double)head.WeightsOf(c)[part.Offset + k] * features[i][part.Offset + k];

                var map = computer.Compute(maps[i],
                    c, ImageGeometry.Identity(backbone.Preprocessing.Width, backbone.Preprocessing.Height)).Values;
                Assert.Equal(scores[c], map.ToArray().Average() + head.Biases[c], 1e-3);
            }

            Assert.Equal(scores[0] > scores[1] ? 0 : 1, computer.HighestClass(maps[i]));
        }
    }

    [Fact]
    public void The_deepest_map_of_the_set_is_the_feature_map()
    {
        var both = TestNetworks.MeanPooled.WithFeatures("stage2+stage1");
        var shallow = TestNetworks.MeanPooled.WithFeatures("stage1");
        var connected = TestNetworks.Open("fully-connected").WithFeatures("pooled+stage1");

        Assert.Equal(("map", 0, true), (both.FeatureMapName, both.FeatureMapOffset, both.PooledIsMeanOfMap));
        Assert.Equal(("r1", 0, true), (shallow.FeatureMapName, shallow.FeatureMapOffset, shallow.PooledIsMeanOfMap));
        Assert.Equal(("r1", 10, 18), (connected.FeatureMapName, connected.FeatureMapOffset, connected.FeatureCount));
        Assert.Equal("pooled", both.WithFeatures("pooled").FeaturesFrom);
        Assert.NotNull(both.WithFeatures("pooled").Classifier);
        Assert.Null(both.Classifier);
    }

    [Fact]
    public void An_unknown_stage_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<BackboneException>(() => TestNetworks.MeanPooled.WithFeatures("stage2+stage7"));
        Assert.Contains("no stage or value 'stage7'; its stages are stage1, stage2", error.Message, StringComparison.Ordinal);
        Assert.Contains("twice",
            Assert.Throws<BackboneException>(() => TestNetworks.MeanPooled.WithFeatures("stage1+stage1")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_the_graph_may_be_named()
    {
        Assert.Equal(4, TestNetworks.MeanPooled.WithFeatures("scores").FeatureCount);
        Assert.Equal(14, TestNetworks.MeanPooled.WithFeatures("r1+map").FeatureCount);
    }

    [Theory]
    [InlineData("stage1+stage2", Augmentations.None)]
    [InlineData("stage1:cov+pooled", Augmentations.None)]
    [InlineData("pooled", Augmentations.Flips)]
    [InlineData("pooled", Augmentations.None)]
    public void A_model_file_keeps_features_and_views(string from, Augmentations views)
    {
        var backbone = TestNetworks.MeanPooled.WithFeatures(from).WithViews(views);
        var path = _images.PathOf("model.mlp");
        var context = new MLContext();
        var model = context.Transforms.ApplyBackbone(backbone).Fit(View());
        ModelFile.Save(path, new TrainedModel { Transformer = model });
        var loaded = ModelFile.Load(path);

        Assert.Equal(model.Transform(View()).GetColumn<float[]>("Features"),
            loaded.Transformer.Transform(View()).GetColumn<float[]>("Features"));
    }

    [Theory]
    [InlineData(Augmentations.Flips, 2)]
    [InlineData(Augmentations.Crops, 10)]
    public void Features_of_views_are_averaged_and_cached_apart(Augmentations views, int count)
    {
        using var folder = new TestImages(0);
        var set = new ImageDataSet(_images.Root, [.. _images.Paths.Select(p => new ImageRecord(p, "a"))]);
        var backbone = TestNetworks.MeanPooled;
        var averaged = Features(backbone.WithViews(views));
        using var cached = new CachedFeatureExtractor(backbone.WithViews(views), null, folder.Root);

        var alone = Rows(backbone, folder.Root, Augmentations.None);
        var separate = cached.ExtractViews(set, views).Select(r => r.Features).ToArray();
        Assert.Equal(0, cached.Cached);
        Assert.All(separate, row => Assert.Equal(count * backbone.FeatureCount, row.Length));
        Assert.Equal(alone, separate.Select(r => r[..backbone.FeatureCount]));
        Assert.All(separate,
            row => Assert.NotEqual(row[..backbone.FeatureCount], row[backbone.FeatureCount..(2 * backbone.FeatureCount)]));
        Assert.Equal(averaged, cached.Extract(set).Select(r => r.Features));
        Assert.Equal(_images.Paths.Count, cached.Cached);
    }

    [Fact]
    public void The_mirror_image_of_a_mirror_image_has_the_first_features()
    {
        using var mirrored = new TestImages(0);
        using var raster = ImageDecoder.DecodeFile(_images.Paths[0]);
        using var flipped = Cropping.FlipHorizontal(raster);
        using var folder = new TestImages(0);
        var path = mirrored.PathOf("mirrored.png");
        File.WriteAllBytes(path, PngEncoder.Encode(flipped));
        var recipe = TestNetworks.Recipe with { Resize = ResizeMode.Fill };
        var backbone = TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = recipe });

        using var extractor = new CachedFeatureExtractor(backbone, null, folder.Root);
        var first = extractor.ExtractViews(Set(_images.Paths[0]), Augmentations.Flips).Single().Features;
        var second = extractor.ExtractViews(Set(path), Augmentations.Flips).Single().Features;
        for (var k = 0; k < 6; k++)
        {
            Assert.Equal(first[k], second[6 + k], 1e-4f);
            Assert.Equal(first[6 + k], second[k], 1e-4f);
        }
    }

    public void Dispose() => _images.Dispose();

    private static ImageDataSet Set(string path) => new(Path.GetDirectoryName(path)!, [new ImageRecord(path, "a")]);

    private IDataView View() => PathRow.View(new MLContext(), _images.Paths);

    private float[][] Features(Backbone backbone)
    {
        var context = new MLContext();
        var chain = context.Transforms.ApplyBackbone(backbone);
        return [.. chain.Fit(View()).Transform(View()).GetColumn<float[]>("Features")];
    }

    private float[][] Maps(Backbone backbone)
    {
        var context = new MLContext();
        var chain = context.Transforms.ApplyBackbone(backbone, featuresColumnName: null, featureMapColumnName: "Map");
        return [.. chain.Fit(View()).Transform(View()).GetColumn<float[]>("Map")];
    }

    private float[][] Rows(Backbone backbone, string folder, Augmentations views)
    {
        using var extractor = new CachedFeatureExtractor(backbone, null, folder);
        return [.. extractor.ExtractViews(new ImageDataSet(_images.Root, [.. _images.Paths.Select(p => new ImageRecord(p, "a"))]),
            views).Select(r => r.Features)];
    }
}
