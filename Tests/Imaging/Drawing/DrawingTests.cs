using MlPipeline.Imaging.Drawing;

namespace MlPipeline.Imaging.Tests;

public class DrawingTests
{
    [Fact]
    public void Heat_grows_lighter()
    {
        float last = -1;
        for (var i = 0; i <= 20; i++)
        {
            (var r, var g, var b) = HeatColors.Of(i / 20f);
            var lightness = 0.3f * r + 0.59f * g + 0.11f * b;
            Assert.True(lightness > last, $"{i}: {lightness} after {last}");
            last = lightness;
        }

        Assert.Equal(HeatColors.Of(0), HeatColors.Of(float.NaN));
        Assert.Equal(HeatColors.Of(1), HeatColors.Of(7));
    }

    [Fact]
    public void Overlays_cover_hot_places_and_boxes_stay_within()
    {
        using Raster picture = new(4, 3);
        var heat = new float[12];
        heat[5] = 1;
        Overlay.Heat(picture, heat, 1);
        (var r, var g, var b) = HeatColors.Of(1);
        Assert.Equal(new[] { r, g, b }, picture.Row(1)[3..6].ToArray());
        Assert.Throws<ArgumentException>(() => Overlay.Heat(picture, new float[11]));

        using Raster framed = new(4, 4);
        Overlay.Box(framed, new PixelBox(1, 1, 9, 9), (9, 9, 9), 1);
        byte[] frame = [0, 0, 0, 0, 0, 9, 9, 9, 0, 9, 0, 0, 0, 9, 0, 0];
        Assert.Equal(frame.SelectMany(sample => new[] { sample, sample, sample }), framed.Pixels.ToArray());
    }
}
