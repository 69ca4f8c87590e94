using System.Text.Json;
using System.Text.Json.Serialization;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Tests.Support;

namespace MlPipeline.Pipeline.Tests;

/// <summary>
/// Maps of a tiny network are those that numpy gives by the papers' formulas: Cases/maps.json, by generate.py beside it. Weights
/// and the picture come from formulas that both repeat.
/// </summary>
public sealed class GoldenMapTests
{
    private const float Tolerance = 1e-4f;

    private static readonly IReadOnlyList<Case> s_cases = JsonSerializer.Deserialize<List<Case>>(File.ReadAllText(Path.Combine(
        SharedData.RepositoryRoot, "Tests", "Pipeline", "Heatmaps", "Cases", "maps.json")), JsonSerializerOptions.Web)!;

    [Theory]
    [InlineData("connected")]
    [InlineData("averaged")]
    public void Maps_are_those_of_the_formulas_in_numpy(string net)
    {
        using var model = Model(net);
        using var raster = Raster();
        var picture = Picture.FromRaster(raster);
        var cases = s_cases.Where(c => c.Net == net).ToArray();
        Assert.True(cases.Length >= 30);
        foreach (var golden in cases)
        {
            var heatmap = model.Explain(picture, new HeatmapRequest
            {
                ClassName = $"{golden.Class}",
                Against = golden.Against is { } other ? $"{other}" : null,
                Method = HeatmapMethods.ByName(golden.Method),
                Layers = golden.Layers,
            }).Heatmap!;

            Assert.Equal(golden.Map.Length, heatmap.Width * heatmap.Height);
            var size = Math.Max(1, golden.Map.Max(Math.Abs));
            Assert.All(golden.Map.Zip(heatmap.Values.ToArray()), v =>
                Assert.True(Math.Abs(v.First - v.Second) <= Tolerance * size,
                    $"{golden.Method} at {string.Join('+', golden.Layers)}, {golden.Class} against {golden.Against}: "
                    + $"{v.First} in numpy, {v.Second} here"));
        }
    }

    [Fact]
    public void Behind_the_mean_over_all_places_Grad_CAM_is_CAM_up_to_a_positive_factor()
    {
        using var model = Model("averaged");
        using var raster = Raster();
        var picture = Picture.FromRaster(raster);
        foreach (var name in model.ClassNames)
        {
            var cam = model.Explain(picture, name, new ClassActivationMapMethod()).Heatmap!.Values.ToArray();
            foreach (var method in (IHeatmapMethod[])[new GradCamMethod(), new HiResCamMethod(), new XGradCamMethod()])
            {
                var map = model.Explain(picture, name, method).Heatmap!.Values.ToArray();
                Assert.All(cam.Zip(map), v => Assert.Equal(v.First, v.Second * cam.Length, 1e-5f));
            }
        }
    }

    [Fact]
    public void The_map_of_a_contrast_is_the_difference_of_two_where_maps_add_up()
    {
        using var model = Model("averaged");
        using var raster = Raster();
        var picture = Picture.FromRaster(raster);
        float[] Map(string name, string? against = null) => model.Explain(picture, new HeatmapRequest
        {
            ClassName = name,
            Against = against,
            Method = new ClassActivationMapMethod(),
        }).Heatmap!.Values.ToArray();

        var (one, other) = (Map("0"), Map("2"));

        Assert.All(Map("0", "2").Index(), v => Assert.Equal(one[v.Index] - other[v.Index], v.Item, 1e-5f));
        var error = Assert.Throws<ArgumentException>(() => Map("1", "1"));
        Assert.Contains("against itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Turned_over_left_to_right_a_picture_has_the_same_smoothed_map_turned_over()
    {
        using var model = Model("connected");
        using var raster = Raster();
        using var turned = Raster(x => 7 - x);
        foreach (var layers in (string[][])[[], ["early"]])
        {
            var request = new HeatmapRequest
            {
                ClassName = "0",
                Method = new GradCamMethod(),
                Layers = layers,
                Flips = true,
            };
            var map = model.Explain(Picture.FromRaster(raster), request).Heatmap!;
            var other = model.Explain(Picture.FromRaster(turned), request).Heatmap!;
            var plain = model.Explain(Picture.FromRaster(raster), request with { Flips = false }).Heatmap!;

            Assert.NotEqual(plain.Values.ToArray(), map.Values.ToArray());
            for (var y = 0; y < map.Height; y++)
            {
                for (var x = 0; x < map.Width; x++)
                    Assert.Equal(map.Values[(y * map.Width) + x], other.Values[((y + 1) * map.Width) - 1 - x], 1e-6f);
            }
        }
    }

    [Fact]
    public void At_twice_the_size_a_map_is_averaged_with_that_of_the_enlarged_middle_where_it_shows_it()
    {
        using var model = Model("connected");
        using var raster = new Raster(8, 8);
        using var enlarged = new Raster(8, 8);
        int Pixel(int x, int y, int c) => 16 * (((3 * x) + (5 * y) + (x * y) + (4 * c)) % 16);
        for (var i = 0; i < raster.Pixels.Length; i++)
        {
            // An enlarged pixel lies between two of a row, a quarter of the way from one of them; and so in a column.
            var (c, x, y) = (i % 3, i / 3 % 8, i / 24);
            var (left, top) = ((x + 3) / 2, (y + 3) / 2);
            var (toRight, toBottom) = (x % 2 == 0 ? 3 : 1, y % 2 == 0 ? 3 : 1);
            raster.Pixels[i] = (byte)Pixel(x, y, c);
            enlarged.Pixels[i] = (byte)(((Pixel(left, top, c) * (4 - toRight) * (4 - toBottom))
                + (Pixel(left + 1, top, c) * toRight * (4 - toBottom)) + (Pixel(left, top + 1, c) * (4 - toRight) * toBottom)
                + (Pixel(left + 1, top + 1, c) * toRight * toBottom)) / 16);
        }

        foreach (var method in (IHeatmapMethod[])[new GradCamMethod(), new OcclusionMethod()])
        {
            HeatmapRequest request = new() { ClassName = "0", Method = method };
            var plain = model.Explain(Picture.FromRaster(raster), request).Heatmap!;
            var larger = model.Explain(Picture.FromRaster(enlarged), request).Heatmap!;
            var map = model.Explain(Picture.FromRaster(raster), request with { Scales = [2] }).Heatmap!;
            Assert.Equal((4, 4), (map.Width, map.Height));
            for (var i = 0; i < 16; i++)
            {
                var (x, y) = (i % 4, i / 4);
                var corner = (2 * (y - 1) * 4) + (2 * (x - 1));
                var expected = x is 1 or 2 && y is 1 or 2
                    ? (plain.Values[i] + ((larger.Values[corner] + larger.Values[corner + 1] + larger.Values[corner + 4]
                        + larger.Values[corner + 5]) / 4)) / 2
                    : plain.Values[i];
                Assert.Equal(expected, map.Values[i], 1e-5f);
            }
        }
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(5)]
    [InlineData(double.NaN)]
    public void A_scale_beyond_what_can_be_seen_is_refused(double scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeatmapRequest { Scales = [1.5, scale] });

    [Fact]
    public void What_is_no_layer_is_refused_with_the_stages_there_are()
    {
        using var model = Model("connected");
        using var raster = Raster();
        BackboneException Refused(string layer, IHeatmapMethod method) => Assert.Throws<BackboneException>(() => model.Explain(
            Picture.FromRaster(raster), new HeatmapRequest { Layers = [layer], Method = method }));

        Assert.Contains("stage1", Refused("nowhere", new GradCamMethod()).Message, StringComparison.Ordinal);
        Assert.Contains("no map", Refused("hidden", new GradCamMethod()).Message, StringComparison.Ordinal);
        Assert.Contains("layer-cam", Refused("early", new EigenCamMethod()).Message, StringComparison.Ordinal);
    }

    private static Raster Raster(Func<int, int>? column = null)
    {
        var raster = new Raster(8, 8);
        for (var i = 0; i < raster.Pixels.Length; i++)
        {
            var (c, x, y) = (i % 3, i / 3 % 8, i / 24);
            x = column?.Invoke(x) ?? x;
            raster.Pixels[i] = (byte)((37 * y) + (59 * x) + (83 * c) + (x * y * 11));
        }

        return raster;
    }

    private static ImageClassificationModel Model(string net)
    {
        var isConnected = net == "connected";
        Node[] trunk =
        [
            new("Conv", ["pixels", "w1", "b1"], ["c1"], NodeAttributes.Of(("pads", new long[] { 1, 1, 1, 1 }))),
            new("Relu", ["c1"], ["early"]),
            new("Conv", ["early", "w2", "b2"], ["c2"],
                NodeAttributes.Of(("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 2, 2 }))),
            new("Relu", ["c2"], ["map"]),
        ];
        Node[] top = isConnected
            ? [new("Flatten", ["map"], ["flat"]), new("Gemm", ["flat", "w3", "b3"], ["hidden"]),
                new("Relu", ["hidden"], ["features"])]
            : [new("GlobalAveragePool", ["map"], ["mean"]), new("Flatten", ["mean"], ["features"])];
        var constants = new Dictionary<string, Tensor>
        {
            ["w1"] = Wave(1.7, 0.5, 0, 4, 3, 3, 3),
            ["b1"] = Wave(0.9, 0.1, 0, 4),
            ["w2"] = Wave(2.3, 0.4, 0, 5, 4, 3, 3),
            ["b2"] = Wave(1.1, 0.1, 0.2, 5),
        };
        if (isConnected)
            (constants["w3"], constants["b3"]) = (Wave(0.7, 0.3, 0, 80, 6), Wave(1.3, 0.1, 0.3, 6));
        var graph = new Graph(net, [new ValueInfo("pixels", ElementType.Float32, [-1, 3, 8, 8])], [.. trunk, .. top], constants,
            ["features"]);
        var backbone = Backbone.FromOnnx(OnnxWriter.ToBytes(graph), net, new BackboneOptions
        {
            Preprocessing = new Preprocessing { Width = 8, Height = 8, ShorterSide = 8, Scale = 1f / 255 },
            FeatureMap = "map",
            Pooled = "features",
        });
        var head = new LinearHeadWeights(Wave(1.9, 1, 0, 3, backbone.FeatureCount).Floats.ToArray(), [0.1f, -0.2f, 0.3f],
            ["0", "1", "2"]);
        var context = new MLContext(1);
        var view = PathRow.View(context, []);
        var chain = context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null).Append(new TestHeadEstimator(head));
        return ImageClassificationModel.From(new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema });
    }

    private static Tensor Wave(double step, double scale, double shift, params int[] dimensions) => Tensor.Of(
        [.. Enumerable.Range(1, dimensions.Aggregate(1, (a, b) => a * b))
            .Select(i => (float)((scale * Math.Sin(step * i)) + shift))],
        dimensions);

    private sealed record Case(string Net, string Method, string[] Layers, [property: JsonPropertyName("class")] int Class,
        int? Against, float[] Map);
}
