namespace MlPipeline.Pipeline.Features;

/// <summary>A file that is written beside its place and renamed when it is complete.</summary>
internal sealed class ReplacedFile : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly string _temporary;
    private bool _done;

    public ReplacedFile(string path)
    {
        _path = Path.GetFullPath(path);
        RemoveStale();
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    public FileStream Stream { get; }

    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _done = true;
    }

    /// <summary>Deletes what killed writers of the same file left: temporary files that nobody has open and nobody wrote for a
    /// while.</summary>
    private void RemoveStale()
    {
        if (Path.GetDirectoryName(_path) is not { } folder || !Directory.Exists(folder))
            return;
        var name = Path.GetFileName(_path);
        foreach (var file in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            var own = Path.GetFileName(file);
            if (own.Length != name.Length + 37 || !own.StartsWith(name + ".", StringComparison.Ordinal)
                || !Guid.TryParseExact(own.AsSpan(name.Length + 1, 32), "N", out _)
                || DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < s_patience)
            {
                continue;
            }

            try
            {
                // A writer that lives has the file to itself.
                using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_done && File.Exists(_temporary))
            File.Delete(_temporary);
    }
}
