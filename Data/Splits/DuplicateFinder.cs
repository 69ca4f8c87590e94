using System.Security.Cryptography;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Splits;

/// <summary>Finds files with exactly the same content (SHA-256).</summary>
public static class DuplicateFinder
{
    /// <summary>SHA-256 of each picture's file in hexadecimal; null for a file that cannot be read.</summary>
    /// <param name="dataSet">The pictures.</param>
    /// <param name="threads">How many files are read at once; 0 means one for each core.</param>
    public static IReadOnlyList<string?> HashContents(ImageDataSet dataSet, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var hashes = new string?[dataSet.Records.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads };
        Parallel.For(0, hashes.Length, options, i => hashes[i] = HashFile(dataSet.Records[i].Path));
        return hashes;
    }

    /// <summary>
    /// One number for each picture, equal for equal contents: what <see cref="StratifiedSplit"/> keeps together.
    /// </summary>
    /// <param name="contentHashes">What <see cref="HashContents"/> gave.</param>
    public static IReadOnlyList<int> Groups(IReadOnlyList<string?> contentHashes)
    {
        ArgumentNullException.ThrowIfNull(contentHashes);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var groups = new int[contentHashes.Count];
        for (var i = 0; i < groups.Length; i++)
        {
            if (contentHashes[i] is not { } hash)
                groups[i] = i;
            else if (!first.TryGetValue(hash, out groups[i]))
                first.Add(hash, groups[i] = i);
        }

        return groups;
    }

    /// <summary>The sets of equal pictures, each as ascending indexes of two or more.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Find(IReadOnlyList<string?> contentHashes)
    {
        var groups = Groups(contentHashes);
        return [.. Enumerable.Range(0, groups.Count).GroupBy(i => groups[i]).Where(g => g.Count() > 1).Select(g => g.ToArray())];
    }

    /// <summary>
    /// The sets of equal pictures of which some are trained on and some held out: what makes a test result too good.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> AcrossSplit(IReadOnlyList<string?> contentHashes, DataSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        var test = split.Test.ToHashSet();
        var train = split.Train.ToHashSet();
        return [.. Find(contentHashes).Where(set => set.Any(test.Contains) && set.Any(train.Contains))];
    }

    internal static string? HashFile(string path)
    {
        try
        {
            using var stream = ImageDecoder.OpenFile(path, 1 << 16);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageDecodeException)
        {
            return null;
        }
    }
}
