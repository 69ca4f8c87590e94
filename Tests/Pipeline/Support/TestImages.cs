using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Pipeline.Tests;

/// <summary>A folder of small pictures that is deleted at the end of a test.</summary>
internal sealed class TestImages : IDisposable
{
    public TestImages(int count = 0, int width = 40, int height = 36)
    {
        Root = Directory.CreateTempSubdirectory("mlpipeline-images-").FullName;
        Paths = [.. Enumerable.Range(0, count).Select(i => Write($"{i:D3}.png", Noise(width + (i % 5), height + (i % 3), i)))];
    }

    public string Root { get; }

    public IReadOnlyList<string> Paths { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Write(string name, Raster raster)
    {
        using (raster)
        {
            File.WriteAllBytes(PathOf(name), PngEncoder.Encode(raster));
        }

        return PathOf(name);
    }

    /// <summary>A file with the beginning of a picture only.</summary>
    public string WriteBroken(string name)
    {
        using var raster = Noise(30, 30, 1);
        var bytes = PngEncoder.Encode(raster);
        File.WriteAllBytes(PathOf(name), bytes[..(bytes.Length / 2)]);
        return PathOf(name);
    }

    /// <summary>Smooth waves and some noise, by a seed.</summary>
    public static Raster Noise(int width, int height, int seed)
    {
        var random = new SeededRandom(seed);
        var raster = new Raster(width, height);
        var (a, b) = (random.NextDouble() + 0.1, random.NextDouble() + 0.1);
        for (var y = 0; y < height; y++)
        {
            var row = raster.Row(y);
            for (var x = 0; x < width * 3; x++)
                row[x] = (byte)(127 + (80 * Math.Sin((a * x / 6) + (b * y / 4) + (x % 3))) + random.Next(40));
        }

        return raster;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
