using System.IO.Compression;
using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>The files of Goldens/jpeg/jpeg.zip, made by the generator beside it, with Pillow's pixels.</summary>
internal static class JpegGoldens
{
    private static readonly Dictionary<string, byte[]> s_entries = ReadEntries();

    /// <summary>One decoding by Pillow: the file's name, the size it was asked for (1/Scale), and what came out.</summary>
    public sealed record Golden(string Name, int Scale, int Width, int Height, int Orientation, string Entry);

    public static IReadOnlyList<Golden> All { get; } = ReadIndex();

    public static IEnumerable<string> Names => All.Select(golden => golden.Name).Distinct();

    public static byte[] FileOf(string name) => [.. s_entries[name + ".jpg"]];

    public static byte[] PixelsOf(Golden golden) => s_entries[golden.Entry];

    private static Golden[] ReadIndex()
    {
        using StreamReader reader = new(new MemoryStream(s_entries["index.tsv"]));
        List<Golden> goldens = [];
        while (reader.ReadLine() is string line)
        {
            var fields = line.Split('\t');
            goldens.Add(new Golden(
                fields[0], int.Parse(fields[1]), int.Parse(fields[2]), int.Parse(fields[3]), int.Parse(fields[4]), fields[5]));
        }

        return [.. goldens];
    }

    private static Dictionary<string, byte[]> ReadEntries()
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "Tests", "Imaging", "Goldens", "jpeg", "jpeg.zip");
        using var archive = ZipFile.OpenRead(path);
        Dictionary<string, byte[]> entries = [];
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            using MemoryStream memory = new();
            stream.CopyTo(memory);
            entries.Add(entry.FullName, memory.ToArray());
        }

        return entries;
    }
}
