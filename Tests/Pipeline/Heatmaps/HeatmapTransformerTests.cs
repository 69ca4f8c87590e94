using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Pipeline.Tests;

public sealed class HeatmapTransformerTests : IDisposable
{
    private static readonly LinearHeadWeights s_head = TestNetworks.MeanPooled.Classifier!;

    private readonly TestImages _images = new(5, 60, 44);
    private readonly MLContext _context = new(1);

    [Fact]
    public void It_conforms() => EstimatorConformance.Check(
        _context.Transforms.ClassActivationMap("Heatmap", AllColumns()),
        WithMaps(),
        new ConformanceOptions
        {
            Inputs = ["Map", "ImagePath"],
            Outputs = ["Heatmap", "Large", "Overlay", "Box", "Class"],
            RefusedTypes = [("Map", NumberDataViewType.Single)],
        });

    [Fact]
    public void The_columns_say_the_same_as_the_computer()
    {
        var view = Transformed(AllColumns());
        var maps = view.GetColumn<float[]>("Map").ToList();
        var computer = new HeatmapComputer(TestNetworks.MeanPooled, s_head);
        var heatmaps = maps.Select((m, i) => computer.Compute(
            m, computer.HighestClass(m), Picture.FromFile(_images.Paths[i]).GeometryFor(TestNetworks.Recipe))).ToList();

        Assert.Equal(heatmaps.Select(h => h.Values.ToArray()), view.GetColumn<float[]>("Heatmap"));
        Assert.Equal(heatmaps.Select(h => h.Upsampled()), view.GetColumn<float[]>("Large"));
        Assert.Equal(heatmaps.Select(h => h.ClassName), view.GetColumn<string>("Class"));
        foreach (var (heatmap, box) in heatmaps.Zip(view.GetColumn<float[]>("Box")))
        {
            var expected = heatmap.Box();
            Assert.Equal(expected is { } b ? [b.Left, b.Top, b.Width, b.Height] : Enumerable.Repeat(float.NaN, 4), box);
        }
    }

    [Fact]
    public void The_highest_class_is_the_one_with_the_highest_logit()
    {
        var view = Transformed(AllColumns());
        var names = s_head.ClassNames;

        Assert.Equal(view.GetColumn<float[]>("Logits").Select(l => names[Array.IndexOf(l, l.Max())]),
            view.GetColumn<string>("Class"));
    }

    [Fact]
    public void Overlays_are_pictures_of_the_original_size()
    {
        var overlays = Transformed(AllColumns()).GetColumn<byte[]>("Overlay").ToList();

        foreach (var (png, path) in overlays.Zip(_images.Paths))
        {
            using var overlay = ImageDecoder.Decode(png);
            using var original = ImageDecoder.DecodeFile(path);
            Assert.Equal((original.Width, original.Height), (overlay.Width, overlay.Height));
            Assert.False(original.Pixels.SequenceEqual(overlay.Pixels));
        }
    }

    [Fact]
    public void A_named_class_is_shown_everywhere_and_an_unknown_one_refused()
    {
        var options = new HeatmapOptions
        {
            FeatureMapColumnName = "Map",
            Head = s_head,
            ClassName = "class 2",
            ClassColumnName = "Class"
        };

        Assert.All(Transformed(options).GetColumn<string>("Class"), c => Assert.Equal("class 2", c));
        Assert.Throws<ArgumentException>(
            () => _context.Transforms.ClassActivationMap("H", options with { ClassName = "none" }).Fit(WithMaps()));
    }

    public void Dispose() => _images.Dispose();

    private static HeatmapOptions AllColumns() => new()
    {
        FeatureMapColumnName = "Map",
        Head = s_head,
        PictureColumnName = "ImagePath",
        UpsampledColumnName = "Large",
        OverlayColumnName = "Overlay",
        BoxColumnName = "Box",
        ClassColumnName = "Class",
    };

    private IDataView WithMaps()
    {
        var paths = PathRow.View(_context, _images.Paths);
        var chain = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "ImagePath", null, "Map", "Logits");
        return chain.Fit(paths).Transform(paths);
    }

    private IDataView Transformed(HeatmapOptions options)
    {
        var input = WithMaps();
        return _context.Transforms.ClassActivationMap("Heatmap", options).Fit(input).Transform(input);
    }
}
