namespace MlPipeline.Pipeline.Serving;

/// <summary>
/// What tells one state of a file from another without reading it: where its links lead, its length, and when it was written and
/// made. A file renamed over it with the same length and time of writing was made at another time.
/// </summary>
internal static class FileStamp
{
    // What Linux allows.
    private const int MaxLinks = 40;

    /// <summary>The stamp; null when there is no such file.</summary>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public static string? Of(string path)
    {
        var target = new FileInfo(Resolve(path));
        return target.Exists
            ? $"{target.FullName}|{target.Length}|{target.LastWriteTimeUtc.Ticks}|{target.CreationTimeUtc.Ticks}"
            : null;
    }

    /// <summary>When the file that its links lead to was written to last.</summary>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public static DateTime LastWriteOf(string path) => File.GetLastWriteTimeUtc(Resolve(path));

    // Links are followed in each part of the path: File.ResolveLinkTarget follows the last one only, and Kubernetes switches
    // a folder.
    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(full) is not { } resolved)
                return full;
            full = resolved;
        }

        throw new IOException($"{path}: its symbolic links lead in a circle");
    }

    private static string? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!;
        var parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var at = root;
        for (var i = 0; i < parts.Length; i++)
        {
            var folder = at;
            at = Path.Combine(at, parts[i]);
            if (new FileInfo(at).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([target, .. parts[(i + 1)..]]), folder);
        }

        return null;
    }
}
