namespace MlPipeline.Data.Files;

/// <summary>A file that is written beside its place and renamed when it is complete, so that a reader never sees half a file.
/// Folders that are missing are made.</summary>
public sealed class ReplacedFile : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly string _temporary;
    private bool _done;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its place; an older file stays there until <see cref="Complete"/>.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public ReplacedFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        RemoveStale();
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>What is written and, until <see cref="Complete"/>, read again.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">Its place; an older file is replaced.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new ReplacedFile(path);
        file.Stream.Write(content);
        file.Complete();
    }

    /// <summary>Puts the file into its place. Without this call nothing is left behind.</summary>
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
        var folder = Path.GetDirectoryName(_path)!;
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

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_done && File.Exists(_temporary))
            File.Delete(_temporary);
    }
}
