using MlPipeline.Imaging;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Tests;

/// <summary>Each method by its formula, on numbers that can be computed by hand.</summary>
public sealed class HeatmapMethodTests
{
    private static readonly FeatureMapShape s_shape = new(2, 2, 3);
    private static readonly LinearHeadWeights s_head = new([1, 1, 2, -1], [0.5f, 0.25f], ["a", "b"]);

    [Fact]
    public void Ablation_weighs_a_channel_by_its_part_of_the_score()
    {
        // Means 3.5 and 5: without the first channel the score of "b" falls by 7, without the second it grows by 5.
        var map = Compute(new AblationCamMethod(), [1, 2, 3, 4, 5, 6, 10, 0, 0, 0, 0, 20], 1);

        float[] expected = [7 - 50, 14, 21, 28, 35, 42 - 100];
        Assert.All(expected.Zip(map), v => Assert.Equal(v.First, v.Second, 1e-3f));
    }

    [Fact]
    public void Eigen_cam_finds_the_pattern_that_channels_share()
    {
        float[] pattern = [0, 1, 2, 0, 4, 0];
        var map = Compute(new EigenCamMethod(), [.. pattern.Select(p => 3 * p), .. pattern.Select(p => 4 * p)], 0);

        // Places by channels = pattern x (3, 4): the projection is 5 times the pattern.
        Assert.All(pattern.Zip(map), v => Assert.Equal(5 * v.First, v.Second, 1e-4f));
        Assert.Equal(new float[6], Compute(new EigenCamMethod(), new float[12], 0));
    }

    [Fact]
    public void Occlusion_shows_the_place_that_the_score_comes_from()
    {
        // 12 x 8 pixels over a map of 3 x 2; the class's score is the brightness of the second place of the second row.
        var picture = new FakePicture(12, 8, (x, y) => x is 5 or 6 && y is 6);

        var map = Compute(new OcclusionMethod(), new float[12], 1, picture);

        Assert.Equal((4, 2f), (Array.IndexOf(map, map.Max()), map.Max()));
        Assert.Equal(0, map[0]);
    }

    [Fact]
    public void Score_cam_weighs_a_channel_by_what_is_left_of_the_class_behind_its_mask()
    {
        // The first channel lights the left third of the picture, the second the right; the class is seen at the right.
        var picture = new FakePicture(12, 8, (x, _) => x >= 10);

        var map = Compute(new ScoreCamMethod(), [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1], 1, picture);

        Assert.Equal(0, map[0], 1e-6f);
        Assert.True(map[2] > 0.1f && map[2] == map[5]);
    }

    [Fact]
    public void Baselines_are_the_middle_and_numbers_by_seed()
    {
        float[] featureMap = [1, 2, 3, 4, 5, 6, 10, 0, 0, 0, 0, 20];
        var center = Compute(new CenterMethod(), featureMap, 0);
        var random = Compute(new RandomMethod(), featureMap, 0);

        Assert.Equal((1, center[4]), (Array.IndexOf(center, center.Max()), center[1]));
        Assert.Equal(random, Compute(new RandomMethod(), featureMap, 0));
        Assert.Equal(6, random.Distinct().Count());
        Assert.NotEqual(random, Compute(new RandomMethod(), [.. featureMap.Select(v => v + 1)], 0));
    }

    private static float[] Compute(IHeatmapMethod method, float[] featureMap, int classIndex, IScoredPicture? network = null)
    {
        var map = new float[6];
        method.Compute(new HeatmapInput
        {
            FeatureMap = featureMap,
            Shape = s_shape,
            Pooling = MapPooling.Mean,
            Head = s_head,
            ClassIndex = classIndex,
            Network = network,
        }, map);
        return map;
    }

    /// <summary>Pixels of 1; the second class scores by their sum where it is seen.</summary>
    private sealed class FakePicture(int width, int height, Func<int, int, bool> isSeen) : IScoredPicture
    {
        public Preprocessing Preprocessing { get; } =
            new() { Width = width, Height = height, ShorterSide = width, Layout = PixelLayout.Nchw, Grayscale = true };

        public float[] Score(int count, Action<int, float[]> change)
        {
            var scores = new float[2 * count];
            for (var i = 0; i < count; i++)
            {
                var pixels = new float[width * height];
                Array.Fill(pixels, 1);
                change(i, pixels);
                scores[(2 * i) + 1] = pixels.Index().Where(p => isSeen(p.Index % width, p.Index / width)).Sum(p => p.Item);
            }

            return scores;
        }
    }
}
