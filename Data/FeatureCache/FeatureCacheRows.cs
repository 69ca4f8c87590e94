using Microsoft.Win32.SafeHandles;

namespace MlPipeline.Data.FeatureCache;

/// <summary>All rows of a cache file, one after the other, with their checksums.</summary>
internal static class FeatureCacheRows
{
    private const FileShare Anyone = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>The damaged rows.</summary>
    public static IReadOnlyList<DamagedFeatures> Damaged(SafeFileHandle file, FeatureCacheHeader header)
    {
        var damaged = new List<(long Row, ContentHash Hash)>();
        Walk(file, header, (row, record, isIntact) =>
        {
            if (!isIntact)
                damaged.Add((row, FeatureRecord.HashOf(record)));
        });
        if (damaged.Count == 0)
            return [];
        var missing = damaged.Select(d => d.Hash).ToHashSet();
        Walk(file, header, (_, record, isIntact) =>
        {
            if (isIntact)
                missing.Remove(FeatureRecord.HashOf(record));
        });
        return [.. damaged.Select(d => new DamagedFeatures(d.Row, d.Hash.ToString(), !missing.Contains(d.Hash)))];
    }

    /// <summary>
    /// Puts a file without the damaged rows into the place of another. Who has that one open goes on reading it, and finds the
    /// new one by its instance when adding. Under the lock.
    /// </summary>
    public static void Rewrite(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, Anyone, FileOptions.SequentialScan);
        if (FeatureCacheHeader.Read(file, out _) is not { } header)
            return;
        var temporary = path + FeatureCacheFolder.TemporaryExtension;
        var lastUsed = File.GetLastWriteTimeUtc(path);
        using (var output = File.Create(temporary, 1 << 16))
        {
            output.Write((header with { Instance = Guid.NewGuid() }).ToBytes());
            Walk(file, header, (_, record, isIntact) =>
            {
                if (isIntact)
                    output.Write(record);
            });
        }

        File.SetLastWriteTimeUtc(temporary, lastUsed);
        File.Move(temporary, path, overwrite: true);
    }

    private static void Walk(SafeFileHandle file, FeatureCacheHeader header, Action<long, byte[], bool> visit)
    {
        var records = header.RecordsIn(RandomAccess.GetLength(file));
        var record = new byte[header.RecordLength];
        for (var row = 0L; row < records; row++)
        {
            var isWhole = RandomAccess.Read(file, record, header.OffsetOf(row)) == record.Length;
            visit(row, record, isWhole && FeatureRecord.IsIntact(record));
        }
    }
}
