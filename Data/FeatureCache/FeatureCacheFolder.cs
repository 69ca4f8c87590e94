namespace MlPipeline.Data.FeatureCache;

/// <summary>Looks after a folder of feature cache files.</summary>
public static class FeatureCacheFolder
{
    internal const string Extension = ".features";
    internal const string AsideExtension = ".aside";
    internal const string TemporaryExtension = ".tmp";

    private const FileShare Anyone = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>The files of a folder, from their headers and lengths; none when there is no such folder.</summary>
    public static IReadOnlyList<FeatureCacheEntry> List(string folder) =>
        [.. Files(folder, Extension, AsideExtension).Select(f => Describe(f, checks: false))];

    /// <summary>The files of a folder with every row checked. Other processes may go on reading and adding.</summary>
    public static IReadOnlyList<FeatureCacheEntry> Verify(string folder) =>
        [.. Files(folder, Extension, AsideExtension).Select(f => Describe(f, checks: true))];

    /// <summary>Deletes the files that were not used since a time, and all that was set aside or left over.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="unusedSinceUtc">The time; all files are deleted when it is <see cref="DateTime.MaxValue"/>.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="FeatureCacheException">A file cannot be deleted.</exception>
    public static IReadOnlyList<FeatureCacheEntry> Prune(string folder, DateTime unusedSinceUtc)
    {
        var deleted = new List<FeatureCacheEntry>();
        if (!Directory.Exists(folder))
            return deleted;
        try
        {
            using var held = FeatureCacheLock.Take(folder);
            foreach (var path in Files(folder, Extension, AsideExtension, TemporaryExtension))
            {
                var entry = Describe(path, checks: false);
                if (!path.EndsWith(Extension, StringComparison.Ordinal) || entry.LastUsedUtc < unusedSinceUtc)
                {
                    File.Delete(path);
                    deleted.Add(entry);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeatureCacheException(folder, $"the cache cannot be cleared: {e.Message}", e);
        }

        return deleted;
    }

    /// <summary>Takes the damaged rows out of the files of a folder. Other processes may go on reading and adding.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The files that had such rows, as they were.</returns>
    /// <exception cref="FeatureCacheException">A file cannot be written.</exception>
    public static IReadOnlyList<FeatureCacheEntry> ClearDamaged(string folder)
    {
        var cleared = new List<FeatureCacheEntry>();
        if (!Directory.Exists(folder))
            return cleared;
        try
        {
            using var held = FeatureCacheLock.Take(folder);
            foreach (var entry in Files(folder, Extension).Select(f => Describe(f, checks: true)).Where(e => e.Damaged > 0))
            {
                FeatureCacheRows.Rewrite(entry.Path);
                cleared.Add(entry);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeatureCacheException(folder, $"damaged rows cannot be cleared: {e.Message}", e);
        }

        return cleared;
    }

    private static IEnumerable<string> Files(string folder, params string[] extensions) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateFiles(folder).Where(f => extensions.Contains(Path.GetExtension(f)))
        .Order(StringComparer.Ordinal).ToArray();

    private static FeatureCacheEntry Describe(string path, bool checks)
    {
        var entry = new FeatureCacheEntry { Path = path, LastUsedUtc = File.GetLastWriteTimeUtc(path) };
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, Anyone, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            entry = entry with { Bytes = length };
            if (FeatureCacheHeader.Read(file, out var problem) is not { } header)
                return entry with { Problem = problem };
            var records = header.RecordsIn(length);
            var damaged = checks ? FeatureCacheRows.Damaged(file, header) : null;
            return entry with
            {
                Backbone = header.Backbone,
                Graph = header.Graph,
                Preprocessing = header.Preprocessing,
                FeatureCount = header.FeatureCount,
                Pictures = records - (damaged?.Count ?? 0),
                Damaged = damaged?.Count,
                DamagedRows = damaged ?? [],
                TornBytes = length - header.OffsetOf(records),
                Problem = path.EndsWith(AsideExtension, StringComparison.Ordinal)
                    ? "it was set aside: it did not fit what was asked for" : null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return entry with { Problem = e.Message };
        }
    }
}
