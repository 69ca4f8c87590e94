using MlPipeline.Data.Demo;
using MlPipeline.Data.Demo.Shapes;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Tests;

public class SampleSetTests
{
    private static readonly SampleSetOptions s_small = new() { ImagesPerClass = 4, Size = 96, Seed = 5 };

    [Fact]
    public void Every_class_has_as_many_pictures()
    {
        using TemporaryFolder folder = new();
        var images = SampleSet.Write(folder.PathOf("set"), s_small);
        Assert.True(SampleSet.Classes.Count >= 5);
        Assert.Equal(SampleSet.Classes.Order(StringComparer.Ordinal), SampleSet.Classes);
        foreach (var name in SampleSet.Classes)
        {
            Assert.Equal(4, images.Count(image => image.Label == name));
            Assert.Equal(4, Directory.GetFiles(folder.PathOf("set", name), "*.png").Length);
        }

        var boxes = File.ReadAllLines(folder.PathOf("set", SampleSet.BoxesFile));
        Assert.Equal("path,label,left,top,width,height", boxes[0]);
        Assert.Equal(images.Count + 1, boxes.Length);
        var first = images[0].Box;
        Assert.Equal($"fish/000.png,fish,{first.Left},{first.Top},{first.Width},{first.Height}", boxes[1]);
        foreach (var image in images)
        {
            using var raster = ImageDecoder.DecodeFile(image.Path);
            Assert.Equal((96, 96), (raster.Width, raster.Height));
        }
    }

    /// <summary>The pixels are facts: a change of them is a change of every demonstration's numbers.</summary>
    [Fact]
    public void The_same_seed_gives_the_same_pixels_everywhere()
    {
        var hash = 14695981039346656037;
        foreach (var shape in SampleShape.All)
        {
            (var picture, var box) = SamplePainter.Paint(shape, 64, 42);
            foreach (var sample in picture.Pixels)
                hash = (hash ^ sample) * 1099511628211;

            hash = (hash ^ (uint)box.Left ^ (uint)box.Bottom << 8) * 1099511628211;
            picture.Dispose();
        }

        Assert.Equal("fb72f0c2ab091d0d", hash.ToString("x16"));
    }

    [Fact]
    public void Seeds_and_numbers_give_different_pictures()
    {
        HashSet<ulong> seeds = [];
        for (var seed = 0; seed < 3; seed++)
        {
            var options = s_small with { Seed = seed };
            for (var i = 0; i < SampleSet.Classes.Count * options.ImagesPerClass; i++)
                Assert.True(seeds.Add(SampleSet.SeedOf(options, i)));
        }

        // The first pictures stay the same when more are drawn.
        Assert.Equal(SampleSet.SeedOf(s_small, 5), SampleSet.SeedOf(s_small with { ImagesPerClass = 100 }, 101));
    }

    [Fact]
    public void Boxes_hold_the_object_and_touch_it_on_all_sides()
    {
        const int Size = 120;
        var coverage = new float[Size * Size];
        foreach (var shape in SampleShape.All)
        {
            for (ulong seed = 0; seed < 12; seed++)
            {
                Array.Clear(coverage);
                (var picture, var box) = SamplePainter.Paint(shape, Size, seed, coverage);
                picture.Dispose();
                (var left, var top, var right, var bottom) = (Size, Size, 0, 0);
                for (var i = 0; i < coverage.Length; i++)
                {
                    if (coverage[i] < 0.5f)
                        continue;

                    (left, right) = (Math.Min(left, i % Size), Math.Max(right, i % Size + 1));
                    (top, bottom) = (Math.Min(top, i / Size), Math.Max(bottom, i / Size + 1));
                }

                Assert.Equal(new PixelBox(left, top, right - left, bottom - top), box);
                Assert.True(box.Left > 0 && box.Top > 0 && box.Right < Size && box.Bottom < Size, $"{shape.Name} {seed}: {box}");
                Assert.True(Math.Max(box.Width, box.Height) > 0.3 * Size, $"{shape.Name} {seed}: {box}");
            }
        }
    }

    [Fact]
    public void An_earlier_set_is_replaced_and_other_files_are_left_alone()
    {
        using TemporaryFolder folder = new();
        var directory = folder.PathOf("set");
        var options = s_small with { ImagesPerClass = 2 };
        SampleSet.Write(directory, options);
        SampleSet.Write(directory, options with { ImagesPerClass = 1 });
        Assert.Single(Directory.GetFiles(folder.PathOf("set", "star")));
        Assert.Equal(["set"], Directory.GetFileSystemEntries(folder.Root).Select(path => Path.GetFileName(path)));

        folder.Write("set/mine.txt", "keep");
        var error = Assert.Throws<IOException>(() => SampleSet.Write(directory, options));
        Assert.Contains("mine.txt", error.Message);
        Assert.True(File.Exists(folder.PathOf("set", "mine.txt")));
    }

    [Fact]
    public void A_cancelled_set_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => SampleSet.Write(folder.PathOf("set"), s_small, cancellationToken: source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleSetOptions { ImagesPerClass = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleSetOptions { Size = 10 });
    }
}
