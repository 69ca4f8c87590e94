using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Tests;

public sealed class JoinedFeaturesTests : IDisposable
{
    private static readonly Backbone s_backbone = TestNetworks.MeanPooled.WithFeatures("stage1+pooled");
    private static readonly LinearHeadWeights s_head = new(
        [.. Enumerable.Range(0, 3 * 14).Select(i => MathF.Sin(i))], [0.1f, -0.2f, 0.3f], ["a", "b", "c"]);

    private readonly TestImages _images = new(6);

    [Fact]
    public void The_map_shows_the_part_of_the_score_that_comes_from_the_deepest_map()
    {
        var view = Scored(new HeatmapOptions { ScoreColumnName = "Score", ClassColumnName = "Class" });
        var features = view.GetColumn<float[]>("Features").ToArray();
        var scores = view.GetColumn<float[]>("Score").ToArray();
        var maps = view.GetColumn<float[]>("Heatmap").ToArray();
        var classes = view.GetColumn<string>("Class").ToArray();
        for (var i = 0; i < maps.Length; i++)
        {
            var c = Array.IndexOf(scores[i], scores[i].Max());
            Assert.Equal(s_head.ClassNames[c], classes[i]);
            Assert.Equal(4 * 4, maps[i].Length);

            // Score = bias + the shallow features' part + the mean of the map.
            var shallow = Enumerable.Range(0, 8).Sum(k => s_head.WeightsOf(c)[k] * features[i][k]);
            Assert.Equal(scores[i][c], s_head.Biases[c] + shallow + maps[i].Average(), 1e-4f);
        }
    }

    [Fact]
    public void The_class_to_show_must_come_from_somewhere()
    {
        var context = new MLContext();
        var maps = context.Transforms.ApplyBackbone(s_backbone).Fit(View()).Transform(View());
        var options = new HeatmapOptions { Head = s_head, ClassColumnName = "Class" };
        var error = Assert.Throws<BackboneException>(() => context.Transforms.ClassActivationMap("Heatmap", options).Fit(maps));
        Assert.Contains("ClassName", error.Message, StringComparison.Ordinal);
        Assert.Contains("carries no weights", Assert.Throws<ArgumentOutOfRangeException>(() => context.Transforms
            .ClassActivationMap("Heatmap", new HeatmapOptions { ScoreColumnName = "Features" }).Fit(maps)).Message,
                StringComparison.Ordinal);
        Assert.All(Scored(new HeatmapOptions { ClassName = "b", ClassColumnName = "Class" }).GetColumn<string>("Class"),
            c => Assert.Equal("b", c));
    }

    [Fact]
    public void A_bank_is_computed_once_and_holds_every_set()
    {
        using var folder = new TestImages(0);
        var set = new ImageDataSet(_images.Root, [.. _images.Paths.Select(p => new ImageRecord(p, "a"))]);
        var bank = FeatureBank.Extract(set, TestNetworks.MeanPooled, [FeatureBank.Auto], Augmentations.Flips,
            cacheFolder: folder.Root);
        var again = FeatureBank.Extract(set, TestNetworks.MeanPooled, [FeatureBank.Auto], Augmentations.Flips,
            cacheFolder: folder.Root);
        Assert.Equal(bank.Rows.Select(r => r.Features), again.Rows.Select(r => r.Features));
        Assert.Equal((14, 6, 8), (bank.CountOf("stage1+pooled"), bank.CountOf("stage2"), bank.CountOf("stage1")));
        Assert.Throws<ArgumentException>(() => bank.IndexesOf(Augmentations.Crops));

        // To the bit what the network gives when it is shown the same views.
        var direct = Features(s_backbone.WithViews(Augmentations.Flips));
        var mean = new float[14];
        for (var i = 0; i < direct.Length; i++)
        {
            bank.ReadMean(i, Augmentations.Flips, "stage1+pooled", mean);
            Assert.Equal(direct[i], mean);
        }
    }

    public void Dispose() => _images.Dispose();

    private IDataView View() => PathRow.View(new MLContext(), _images.Paths);

    private float[][] Features(Backbone backbone)
    {
        var context = new MLContext();
        var chain = context.Transforms.ApplyBackbone(backbone);
        return [.. chain.Fit(View()).Transform(View()).GetColumn<float[]>("Features")];
    }

    private IDataView Scored(HeatmapOptions options)
    {
        var context = new MLContext();
        var chain = context.Transforms.ApplyBackbone(s_backbone, "ImagePath", "Features", "FeatureMap")
            .Append(new TestHeadEstimator(s_head));
        var scored = chain.Fit(View()).Transform(View());
        return context.Transforms.ClassActivationMap("Heatmap", options).Fit(scored).Transform(scored);
    }
}
