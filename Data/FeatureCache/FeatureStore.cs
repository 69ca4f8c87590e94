using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace MlPipeline.Data.FeatureCache;

/// <summary>
/// Features by the content of their picture, in one file for each network and preprocessing: memory-mapped for reading,
/// append-only, shared by threads and processes. What was added stays when the process is killed; a row that was being written is
/// recognised by its checksum and written over. A damaged row is never returned. Thread-safe.
/// </summary>
public sealed class FeatureStore : IDisposable
{
    private const FileShare Anyone = FileShare.ReadWrite | FileShare.Delete;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly FeatureCacheKey _key;
    private readonly byte[] _record;
    private readonly Dictionary<ContentHash, long> _index = [];
    private Guid _instance;
    private long _known;
    private MappedRecords? _mapped;

    private FeatureStore(string folder, FeatureCacheKey key)
    {
        _folder = folder;
        _key = key;
        _record = new byte[FeatureRecord.LengthFor(key.FeatureCount)];
        FilePath = Path.Combine(folder, key.FileName);
    }

    /// <summary>The file; it is made when the first features are added.</summary>
    public string FilePath { get; }

    /// <summary>The pictures whose features are here, as far as is known: other processes may have added more.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _index.Count;
        }
    }

    /// <summary>Where a file was put that could not be used, and why; null when all was well.</summary>
    public string? SetAside { get; private set; }

    /// <summary>Opens the cache of a network and a preprocessing. A file that does not fit is set aside.</summary>
    /// <param name="folder">The folder of cache files; it is made when it is missing.</param>
    /// <param name="key">What the features depend on.</param>
    /// <exception cref="FeatureCacheException">The folder cannot be made, or the file cannot be read.</exception>
    public static FeatureStore Open(string folder, FeatureCacheKey key)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(key.FeatureCount, 1, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.FeatureCount, FeatureRecord.MaxFeatures, nameof(key));
        var cache = new FeatureStore(Path.GetFullPath(folder), key);
        try
        {
            Directory.CreateDirectory(cache._folder);
            cache.Refresh();
            cache.MarkUsed();
            return cache;
        }
        catch (Exception e) when (IsTrouble(e))
        {
            cache.Dispose();
            throw new FeatureCacheException(cache.FilePath, $"the feature cache cannot be opened: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Takes in what other processes have added since.</summary>
    /// <exception cref="FeatureCacheException">The file cannot be read.</exception>
    public void Refresh()
    {
        lock (_gate)
        {
            try
            {
                Reread();
            }
            catch (Exception e) when (IsTrouble(e))
            {
                throw new FeatureCacheException(FilePath, $"the feature cache cannot be read: {e.Message.TrimEnd('.')}.", e);
            }
        }
    }

    /// <summary>True when <see cref="TryGet"/> would give this picture's features: they are here and intact.</summary>
    public bool Contains(ContentHash hash)
    {
        lock (_gate)
            return TryRead(hash, out _);
    }

    /// <summary>Gives a picture's features, to the bit as they were added; false when they are not here.</summary>
    /// <param name="hash">The picture.</param>
    /// <param name="features">Room for K numbers.</param>
    public bool TryGet(ContentHash hash, Span<float> features)
    {
        CheckLength(features.Length);
        lock (_gate)
        {
            if (!TryRead(hash, out var record))
                return false;
            FeatureRecord.ReadFeatures(record, features);
            return true;
        }
    }

    /// <summary>Adds a picture's features; false when they were here already. They are in the file when this returns.</summary>
    /// <param name="hash">The picture.</param>
    /// <param name="features">K numbers.</param>
    /// <exception cref="FeatureCacheException">They cannot be written (a full disk, a folder that may not be written to); what
    /// was there stays good.</exception>
    public bool Add(ContentHash hash, ReadOnlySpan<float> features)
    {
        CheckLength(features.Length);
        lock (_gate)
        {
            try
            {
                using var held = FeatureCacheLock.Take(_folder);
                return Append(hash, features);
            }
            catch (Exception e) when (IsTrouble(e))
            {
                throw new FeatureCacheException(FilePath, $"features cannot be added to the cache: {e.Message.TrimEnd('.')}.", e);
            }
        }
    }

    /// <summary>Frees the mapped memory.</summary>
    public void Dispose()
    {
        lock (_gate)
            Forget();
    }

    private static bool IsTrouble(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    private bool Append(ContentHash hash, ReadOnlySpan<float> features)
    {
        if (!File.Exists(FilePath) || !OpenFitting(FileAccess.ReadWrite, out var file, out var header))
        {
            Create();
            if (!OpenFitting(FileAccess.ReadWrite, out file, out header))
                throw new IOException("the file was replaced by another program");
        }

        using (file)
        {
            var count = header.RecordsIn(RandomAccess.GetLength(file));
            if (header.Instance != _instance || count != _known)
                Index(file, header, count);
            if (TryRead(hash, out _))
                return false;

            // What a killed process left at the end is written over, never cut off: another process may have it mapped.
            while (count > 0 && !IsIntact(file, header.OffsetOf(count - 1)))
                count--;
            FeatureRecord.Write(_record, hash, features);
            RandomAccess.Write(file, _record, header.OffsetOf(count));
            _index[hash] = count;
            _known = Math.Max(_known, count + 1);
            return true;
        }
    }

    private bool IsIntact(SafeFileHandle file, long offset) =>
        RandomAccess.Read(file, _record, offset) == _record.Length && FeatureRecord.IsIntact(_record);

    /// <summary>Puts an empty file into its place, whole: nobody sees half a header. Under the lock.</summary>
    private void Create()
    {
        PutAside();
        var temporary = FilePath + FeatureCacheFolder.TemporaryExtension;
        File.WriteAllBytes(temporary, FeatureCacheHeader.For(_key).ToBytes());
        File.Move(temporary, FilePath, overwrite: true);
    }

    private void Reread()
    {
        if (!File.Exists(FilePath))
        {
            Forget();
            return;
        }

        if (OpenFitting(FileAccess.Read, out var file, out var header))
        {
            using (file)
            {
                Index(file, header, header.RecordsIn(RandomAccess.GetLength(file)));
            }

            return;
        }

        Forget();
        using var held = FeatureCacheLock.Take(_folder);
        PutAside();
    }

    /// <summary>Takes in the records from those that are known to <paramref name="count"/>.</summary>
    private void Index(SafeFileHandle file, FeatureCacheHeader header, long count)
    {
        if (header.Instance != _instance)
        {
            Forget();
            _instance = header.Instance;
        }

        if (count <= _known)
            return;
        Map(file, header, count);
        for (; _known < count; _known++)
            _index[_mapped.HashAt(_known)] = _known;
    }

    [MemberNotNull(nameof(_mapped))]
    private void Map(SafeFileHandle file, FeatureCacheHeader header, long count)
    {
        var mapped = new MappedRecords(file, header, count);
        _mapped?.Dispose();
        _mapped = mapped;
    }

    private bool TryRead(ContentHash hash, out ReadOnlySpan<byte> record)
    {
        record = default;
        if (!_index.TryGetValue(hash, out var place))
            return false;
        if (place >= (_mapped?.Count ?? 0) && !MapAll(place))
            return false;
        record = _mapped!.Read(place, hash);
        if (record.IsEmpty)
            _index.Remove(hash);
        return !record.IsEmpty;
    }

    /// <summary>Maps what this object has added itself; false when the file is not the same any more.</summary>
    private bool MapAll(long place)
    {
        if (!File.Exists(FilePath) || !OpenFitting(FileAccess.Read, out var file, out var header))
        {
            Forget();
            return false;
        }

        using (file)
        {
            var count = header.RecordsIn(RandomAccess.GetLength(file));
            if (header.Instance != _instance || count <= place)
            {
                Forget();
                return false;
            }

            Map(file, header, count);
            return true;
        }
    }

    /// <summary>Opens the file when it is of this version and key.</summary>
    private bool OpenFitting(FileAccess access, [NotNullWhen(true)] out SafeFileHandle? file,
        [NotNullWhen(true)] out FeatureCacheHeader? header)
    {
        file = File.OpenHandle(FilePath, FileMode.Open, access, Anyone);
        header = FeatureCacheHeader.Read(file, out _);
        if (header is not null && header.Misfit(_key) is null)
            return true;
        file.Dispose();
        (file, header) = (null, null);
        return false;
    }

    /// <summary>Moves a file away that does not fit; prune removes it. Under the lock.</summary>
    private void PutAside()
    {
        if (!File.Exists(FilePath))
            return;
        string? reason;
        using (var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.Read, Anyone))
        {
            var header = FeatureCacheHeader.Read(file, out reason);
            reason ??= header!.Misfit(_key);
        }

        // Another process may have been faster, and a good file may be there again.
        if (reason is null)
            return;
        var place = $"{FilePath}.{Guid.NewGuid():N}{FeatureCacheFolder.AsideExtension}";
        File.Move(FilePath, place);
        SetAside = $"{FilePath}: this feature cache cannot be used ({reason}); it was set aside as {Path.GetFileName(place)}";
    }

    private void MarkUsed()
    {
        try
        {
            if (File.Exists(FilePath))
                File.SetLastWriteTimeUtc(FilePath, DateTime.UtcNow);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            // A folder that may only be read serves as well; only prune goes by the time of the last use.
        }
    }

    private void Forget()
    {
        _mapped?.Dispose();
        _mapped = null;
        _index.Clear();
        _known = 0;
        _instance = Guid.Empty;
    }

    private void CheckLength(int length)
    {
        if (length != _key.FeatureCount)
            throw new ArgumentException($"This cache holds {_key.FeatureCount} features for each picture, not {length}.");
    }
}
