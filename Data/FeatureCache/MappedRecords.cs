using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MlPipeline.Data.FeatureCache;

/// <summary>
/// The whole records of a cache file as mapped memory. Files never shrink while they are in their place, so mapped pages stay
/// valid. Not safe for use from several threads at once.
/// </summary>
internal sealed class MappedRecords : IDisposable
{
    private readonly FeatureCacheHeader _header;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte[] _record;

    public MappedRecords(SafeFileHandle file, FeatureCacheHeader header, long count)
    {
        (_header, Count) = (header, count);
        var length = header.OffsetOf(count);

        // Capacity 0 is the file's length, which may have grown since it was asked for.
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read,
            HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _record = new byte[header.RecordLength];
    }

    public long Count { get; }

    public unsafe ContentHash HashAt(long record)
    {
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return new ContentHash(new ReadOnlySpan<byte>(start + _header.OffsetOf(record), ContentHash.Size));
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>A copy of a record, valid until the next call; empty when it is damaged or of another picture.</summary>
    public unsafe ReadOnlySpan<byte> Read(long record, ContentHash hash)
    {
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            // Another process may be writing over a damaged record: what is checked must be what is used.
            new ReadOnlySpan<byte>(start + _header.OffsetOf(record), _record.Length).CopyTo(_record);
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        return FeatureRecord.HashOf(_record) == hash && FeatureRecord.IsIntact(_record) ? _record : default(ReadOnlySpan<byte>);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
