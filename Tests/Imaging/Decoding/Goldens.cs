using System.IO.Hashing;
using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>The small files beside these tests and what Pillow makes of them; generate.py draws both.</summary>
internal static class Goldens
{
    public static string Root { get; } = Path.Combine(SharedData.RepositoryRoot, "Tests", "Imaging", "Goldens");

    public static string PathOf(string name) => Path.Combine([Root, .. name.Split('/')]);

    /// <summary>The rows of a table of facts, split at tabs.</summary>
    public static IEnumerable<string[]> Facts(string file) =>
        File.ReadLines(PathOf(file)).Where(line => line.Length > 0).Select(line => line.Split('\t'));

    /// <summary>Compares a raster with a row of path, width, height, CRC-32.</summary>
    public static void Check(Raster raster, string[] fact)
    {
        Assert.Equal((fact[1], fact[2]), (raster.Width.ToString(), raster.Height.ToString()));
        Assert.Equal(fact[3], Crc32.HashToUInt32(raster.Pixels).ToString("x8"));
    }
}
