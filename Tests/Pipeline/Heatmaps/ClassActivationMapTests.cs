using MlPipeline.Imaging;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Tests;

public sealed class ClassActivationMapTests
{
    private static readonly FeatureMapShape s_shape = new(2, 2, 3);

    // Two channels of 2 x 3; class "b" weighs the first by 2 and the second by -1.
    private static readonly float[] s_map = [1, 2, 3, 4, 5, 6, 10, 0, 0, 0, 0, 20];
    private static readonly LinearHeadWeights s_head = new([1, 1, 2, -1], [0.5f, 0.25f], ["a", "b"]);

    [Fact]
    public void The_map_is_the_weighted_sum_of_the_channels()
    {
        var map = new float[6];

        new ClassActivationMapMethod().Compute(Input(s_head, 1), map);

        Assert.Equal([2 - 10, 4, 6, 8, 10, 12 - 20], map);
    }

    [Fact]
    public void The_mean_of_the_map_and_the_bias_are_the_score()
    {
        var computer = new HeatmapComputer(s_shape, s_head);
        var pooled = new[] { 3.5f, 5f };

        for (var c = 0; c < 2; c++)
        {
            var heatmap = computer.Compute(s_map, c, ImageGeometry.Identity(6, 4));
            var score = s_head.Biases[c] + s_head.WeightsOf(c).ToArray().Zip(pooled, (w, f) => w * f).Sum();
            Assert.Equal(score, heatmap.Values.ToArray().Average() + s_head.Biases[c], 1e-5f);
        }

        Assert.Equal(0, computer.HighestClass(s_map));
        Assert.Equal("a", computer.Compute(s_map, 0, ImageGeometry.Identity(6, 4)).ClassName);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var method = new ClassActivationMapMethod();
        Assert.Throws<ArgumentException>(() =>
            method.Compute(Input(new LinearHeadWeights([1, 2, 3], [0], ["a"]), 0), new float[6]));
        Assert.Throws<ArgumentException>(() => method.Compute(Input(s_head, 0), new float[5]));
        var error = Assert.Throws<ArgumentException>(() => HeatmapMethods.ByName("psychic"));
        Assert.Contains("cam", error.Message, StringComparison.Ordinal);
        Assert.Contains("a, b", Assert.Throws<ArgumentException>(() => s_head.IndexOf("c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_that_end_in_fully_connected_layers_have_no_such_map()
    {
        var backbone = TestNetworks.Open("fully-connected");
        var head = new LinearHeadWeights(new float[10], [0], ["a"]);

        var error = Assert.Throws<BackboneException>(() => new HeatmapComputer(backbone, head));

        Assert.Contains("global average pooling", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_of_other_features_is_refused() =>
        Assert.Throws<BackboneException>(() =>
            new HeatmapComputer(TestNetworks.MeanPooled, new LinearHeadWeights(new float[5], [0], ["a"])));

    [Fact]
    public void The_largest_connected_part_gives_the_box()
    {
        float[] map =
        [
            9, 0, 0, 0, 0, 0,
            0, 0, 3, 3, 0, 0,
            0, 0, 0, 3, 0, 0,
            0, 0, 0, 2, 0, 1,
        ];

        // 20% of 9 is 1.8: the single cell of 9 is hotter, the part of four is larger; diagonal neighbours do not touch.
        Assert.Equal(new PixelBox(2, 1, 2, 3), BoxExtraction.Largest(map, 6, 4, 0.2f));
        Assert.Equal(new PixelBox(0, 0, 1, 1), BoxExtraction.Largest(map, 6, 4, 0.9f));
        Assert.Equal(new PixelBox(2, 1, 2, 3), BoxExtraction.Largest(map, 6, 4, 0));
        Assert.Null(BoxExtraction.Largest(new float[24], 6, 4, 0.2f));
        Assert.Null(BoxExtraction.Largest([-1f, -2f], 2, 1, 0.2f));
    }

    [Fact]
    public void Peak_and_box_are_in_the_coordinates_of_the_original()
    {
        // The network sees the middle 100 x 100 of a picture of 200 x 100 at half its size; the hot cell is the last of the first
        // row.
        var recipe = new Preprocessing { Width = 50, Height = 50, ShorterSide = 50 };
        var geometry = recipe.GeometryFor(200, 100);
        var heatmap = new Heatmap([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            5, 5, "a", geometry);

        Assert.Equal((50 + 90.0, 10.0), heatmap.Peak());
        var box = heatmap.Box()!.Value;
        Assert.True(box.Contains(140, 10), box.ToString());
        Assert.True(box.Right <= 152 && box.Left >= 110 && box.Bottom <= 40, box.ToString());

        var over = heatmap.OverOriginal();
        Assert.Equal(200 * 100, over.Length);
        Assert.Equal(1, over[(10 * 200) + 145], 0.05f);
        Assert.Equal(0, over[(10 * 200) + 20]);
        Assert.Equal(0, over[(10 * 200) + 180]);
    }

    [Fact]
    public void A_map_without_positive_values_is_cold()
    {
        var heatmap = new Heatmap([-1, -2, -3, -4], 2, 2, "a", ImageGeometry.Identity(8, 8));

        Assert.Null(heatmap.Box());
        Assert.All(heatmap.OverOriginal(), v => Assert.Equal(0, v));
        using var picture = TestImages.Noise(8, 8, 1);
        using var overlay = heatmap.OverlayOn(picture);
        Assert.Equal((8, 8), (overlay.Width, overlay.Height));
        using var other = TestImages.Noise(9, 8, 1);
        Assert.Throws<ArgumentException>(() => heatmap.OverlayOn(other));
    }

    private static HeatmapInput Input(LinearHeadWeights head, int classIndex) => new()
    {
        FeatureMap = s_map,
        Shape = s_shape,
        Pooling = MapPooling.Mean,
        Head = head,
        ClassIndex = classIndex,
    };
}
