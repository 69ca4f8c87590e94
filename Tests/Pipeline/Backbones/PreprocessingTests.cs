using System.Text.Json;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Tests;

public sealed class PreprocessingTests
{
    [Fact]
    public void Torch_and_caffe_give_the_numbers_of_their_recipes()
    {
        using var raster = new Raster(2, 2);
        for (var i = 0; i < 4; i++)
            new byte[] { 51, 102, 204 }.CopyTo(raster.Pixels[(i * 3)..]);

        var torch = new float[12];
        (Preprocessing.Torch() with { Width = 2, Height = 2, ShorterSide = 2 }).Write(raster, torch);
        Assert.Equal((0.2f - 0.485f) / 0.229f, torch[0], 1e-5f);
        Assert.Equal((0.4f - 0.456f) / 0.224f, torch[4], 1e-5f);
        Assert.Equal((0.8f - 0.406f) / 0.225f, torch[8], 1e-5f);

        var caffe = new float[12];
        (Preprocessing.Caffe() with { Width = 2, Height = 2, ShorterSide = 2 }).Write(raster, caffe);
        Assert.Equal(204 - 103.94f, caffe[0], 1e-4f);
        Assert.Equal(102 - 116.78f, caffe[4], 1e-4f);
        Assert.Equal(51 - 123.68f, caffe[8], 1e-4f);

        var tensorFlow = new float[12];
        (Preprocessing.TensorFlow() with { Width = 2, Height = 2, ShorterSide = 2 }).Write(raster, tensorFlow);
        Assert.All(new[] { -0.6f, -0.2f, 0.6f }.Zip(tensorFlow), p => Assert.Equal(p.First, p.Second, 1e-6f));
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(200, 301)]
    [InlineData(64, 64)]
    public void The_shorter_side_is_scaled_and_the_middle_cut_out(int width, int height)
    {
        var recipe = new Preprocessing { Width = 48, Height = 48, ShorterSide = 64 };
        using var source = TestImages.Noise(width, height, 4);
        var (wide, high) = width <= height ? (64, 64 * height / width) : (64 * width / height, 64);
        using var scaled = Resampler.Resize(source, wide, high, ResampleFilter.Bilinear);
        using var expected = Cropping.CenterCrop(scaled, 48, 48);

        using var prepared = recipe.Prepare(source);

        Assert.Equal(expected.Pixels, prepared.Pixels);
        var geometry = recipe.GeometryFor(width, height);
        Assert.Equal((double)width / wide, geometry.ScaleX, 1e-9);
        Assert.Equal((wide - 48) / 2 * geometry.ScaleX, geometry.OffsetX, 1e-9);
        Assert.Equal((high - 48) / 2 * geometry.ScaleY, geometry.OffsetY, 1e-9);
    }

    [Fact]
    public void A_picture_of_the_right_size_is_taken_as_it_is()
    {
        using var source = TestImages.Noise(32, 32, 5);
        using var prepared = TestNetworks.Recipe.Prepare(source);

        Assert.Equal(source.Pixels, prepared.Pixels);
        Assert.Equal(ImageGeometry.Identity(32, 32), TestNetworks.Recipe.GeometryFor(32, 32));
    }

    [Fact]
    public void Fill_sees_the_whole_picture()
    {
        var geometry = new Preprocessing { Width = 50, Height = 50, Resize = ResizeMode.Fill }.GeometryFor(200, 100);

        Assert.Equal((0.0, 0.0), geometry.ToSource(0, 0));
        Assert.Equal((200.0, 100.0), geometry.ToSource(50, 50));
    }

    [Fact]
    public void It_is_kept_as_json_and_its_fingerprint_follows_every_number()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var recipe = Preprocessing.Caffe(227) with { Filter = ResampleFilter.Lanczos };

        var copy = JsonSerializer.Deserialize<Preprocessing>(JsonSerializer.Serialize(recipe, options), options);

        Assert.Equal(recipe, copy);
        Assert.Equal(recipe.Fingerprint, copy!.Fingerprint);
        Assert.NotEqual(recipe.Fingerprint, (recipe with { Scale = 1.0001f }).Fingerprint);
        Assert.NotEqual(recipe.Fingerprint, (recipe with { Filter = ResampleFilter.Bicubic }).Fingerprint);
    }

    [Fact]
    public void Numbers_without_sense_are_refused()
    {
        Assert.Throws<BackboneException>(() => new Preprocessing { Width = 0 }.Validate());
        Assert.Throws<BackboneException>(() => new Preprocessing { ShorterSide = 100 }.Validate());
        Assert.Throws<BackboneException>(() => new Preprocessing { StandardDeviation = default }.Validate());
        Assert.Throws<BackboneException>(() => new Preprocessing { Scale = float.NaN }.Validate());
    }

    [Fact]
    public void Every_part_of_a_recipe_counts_in_its_fingerprint()
    {
        var usual = new Preprocessing();
        foreach (var property in typeof(Preprocessing).GetProperties().Where(p => p.CanWrite))
        {
            var changed = usual with { };
            property.SetValue(changed, property.GetValue(usual) switch
            {
                bool flag => !flag,
                int number => number + 1,
                float number => number * 1.0001f,
                ChannelValues values => values with { Blue = values.Blue + 1e-6f },
                Enum value => Enum.GetValues(property.PropertyType).Cast<object>().First(v => !v.Equals(value)),
                var other => throw new InvalidOperationException($"{property.Name}: {other}"),
            });
            Assert.True(usual.Fingerprint != changed.Fingerprint, property.Name);
        }
    }
}
