using System.Globalization;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Sources;

/// <summary>
/// Pictures in the format of MNIST (<see cref="IdxFile"/>): a file of pictures with the file of their labels beside it, plain or
/// compressed. In a folder, the pair whose names have <c>train</c> in them is trained on, that with <c>t10k</c> or <c>test</c> is
/// the test set. Classes are named by their numbers.
/// </summary>
public static class IdxPictures
{
    private const string Zipped = ".gz";
    private const string Expected = "expected files named such as train-images-idx3-ubyte (or .gz) and train-labels-idx1-ubyte";

    /// <summary>Whether a path is a file of this format, or a folder with files of pictures of it.</summary>
    public static bool IsAt(string path) =>
        Directory.Exists(path) ? FilesIn(path).Any() : File.Exists(path) && new FileInfo(path).Length > 0 && IdxFile.Is(path);

    /// <summary>Reads a data set; every file is read once, and stays in memory for a while.</summary>
    /// <param name="path">The folder, or a file of pictures.</param>
    /// <exception cref="DataSourceException">A file is wrong or missing, or it is not clear which one is meant; the message says
    /// what would be right.</exception>
    public static ImageDataSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            return Pair(path);
        var parts = FilesIn(path).ToLookup(PartOf);
        foreach (var part in parts)
        {
            if (part.Skip(1).Any())
            {
                throw new DataSourceException(path, 0, $"the files {string.Join(" and ", part.Select(Path.GetFileName))} are of "
                    + "several data sets; name one of them, and its test set by --test.");
            }
        }

        var train = parts[DataPart.Train].FirstOrDefault() ?? throw new DataSourceException(path, 0,
            $"there are pictures to test on alone; {Expected}.");
        return Pair(train).WithParts(parts.ToDictionary(p => p.Key, p => Pair(p.First())), [], []);
    }

    private static DataPart PartOf(string file) => Path.GetFileName(file) is var name
        && (name.Contains("t10k", StringComparison.OrdinalIgnoreCase)
            || name.Contains("test", StringComparison.OrdinalIgnoreCase))
            ? DataPart.Test : DataPart.Train;

    // Of a file and the same one compressed, the first.
    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder)
        .Where(f => Path.GetFileName(f) is var name && name.Contains("images", StringComparison.OrdinalIgnoreCase)
            && name.Contains("idx3", StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal)
        .DistinctBy(f => f.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? f[..^Zipped.Length] : f);

    private static ImageDataSet Pair(string path)
    {
        var full = Path.GetFullPath(path);
        var images = Open(full, path);
        if (images.Sizes.Count != 3)
            throw new DataSourceException(path, 0, "it holds labels, not pictures; name the file of the pictures.");
        var place = LabelsOf(full);
        var labels = Open(place, place);
        if (labels.Sizes.Count != 1)
            throw new DataSourceException(place, 0, "it holds pictures, where the labels of others are expected.");
        if (labels.Count != images.Count)
        {
            throw new DataSourceException(place, 0,
                $"it holds {labels.Count} labels, but {Path.GetFileName(path)} has {images.Count} pictures.");
        }

        string[] names = [.. Enumerable.Range(0, 256).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        return new ImageDataSet(Path.GetDirectoryName(full)!, [.. Enumerable.Range(0, images.Count)
            .Select(i => new ImageRecord(IdxFile.AddressOf(full, i), names[labels.Elements[i]]))]);
    }

    private static string LabelsOf(string images)
    {
        var name = Path.GetFileName(images).Replace("images", "labels", StringComparison.OrdinalIgnoreCase)
            .Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        var beside = Path.Combine(Path.GetDirectoryName(images)!, name);
        string[] places = [beside,
            beside.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? beside[..^Zipped.Length] : beside + Zipped];
        return places.FirstOrDefault(p => p != images && File.Exists(p))
            ?? throw new DataSourceException(images, 0, $"the file of its labels, {name}, is not beside it; {Expected}.");
    }

    private static IdxFile Open(string file, string name)
    {
        try
        {
            return IdxFile.Open(file);
        }
        catch (ImageDecodeException e)
        {
            throw new DataSourceException(name, 0, $"{e.Reason}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSourceException(name, 0, $"it cannot be read: {e.Message}", e);
        }
    }
}
