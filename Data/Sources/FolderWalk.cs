namespace MlPipeline.Data.Sources;

/// <summary>One walk through a tree, which knows what lies inside the root and notes everything that it does not use.</summary>
internal sealed class FolderWalk
{
    // What lies beside pictures and is none: notes, annotations, and what systems leave behind.
    private static readonly HashSet<string> s_companions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".html", ".htm", ".xmp", ".aae", ".ini", ".db",
        ".log", ".url", ".lnk", ".py", ".npy",
    };

    private static readonly HashSet<string> s_companionNames =
        new(StringComparer.OrdinalIgnoreCase) { "README", "LICENSE", "__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN" };

    private readonly string _realRoot;
    private readonly bool _followLinks;
    private readonly List<SkippedImage> _ignored = [];
    private readonly List<SkippedImage> _lost = [];

    // A link to a folder above would be walked for ever: a folder is not entered again while it is open.
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <exception cref="DataSourceException">There is no such folder.</exception>
    public FolderWalk(string root, bool followLinks)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(Root))
            throw new DataSourceException(root, 0, "there is no such folder.");
        (_realRoot, _followLinks) = (LinkResolver.RealPath(Root), followLinks);
        _open.Add(_realRoot);
    }

    public string Root { get; }

    /// <summary>Everything that was seen and not used; what is lost is among it.</summary>
    public IReadOnlyList<SkippedImage> Ignored => _ignored;

    /// <summary>What may have been pictures or classes, and cannot be used.</summary>
    public IReadOnlyList<SkippedImage> Lost => _lost;

    /// <summary>What is used of a folder, in ordinal order: folders, and files that may be pictures.</summary>
    public IReadOnlyList<FileSystemInfo> Entries(string folder)
    {
        List<FileSystemInfo> used = [];
        try
        {
            var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos();
            foreach (var entry in entries.OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                var isFolder = Directory.Exists(entry.FullName);
                if (entry.Name[0] == '.' || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden)))
                    Ignore(entry.FullName, "hidden");
                else if (s_companionNames.Contains(entry.Name) || (!isFolder && s_companions.Contains(entry.Extension)))
                    Ignore(entry.FullName, "not a picture");
                else if (ReasonAgainst(entry) is { } reason)
                    Lose(entry.FullName, reason);
                else
                    used.Add(isFolder ? new DirectoryInfo(entry.FullName) : new FileInfo(entry.FullName));
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Lose(folder, "the folder may not be read");
        }

        return used;
    }

    /// <summary>All files in a folder below the root that may be pictures.</summary>
    public IReadOnlyList<string> Files(DirectoryInfo folder)
    {
        var real = LinkResolver.RealPath(folder.FullName);
        if (!_open.Add(real))
        {
            Ignore(folder.FullName, "a link to a folder that it lies in");
            return [];
        }

        var files = FilesOf(Entries(folder.FullName));
        _open.Remove(real);
        return files;
    }

    /// <summary>All files among entries, and in the folders among them.</summary>
    public IReadOnlyList<string> FilesOf(IEnumerable<FileSystemInfo> entries) =>
        [.. entries.SelectMany(e => e is DirectoryInfo folder ? Files(folder) : [e.FullName])];

    public void Ignore(string path, string reason) => _ignored.Add(new SkippedImage(path, reason));

    public void Lose(string path, string reason)
    {
        Ignore(path, reason);
        _lost.Add(_ignored[^1]);
    }

    private string? ReasonAgainst(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not { } target)
        {
            return entry.Name.Contains('\uFFFD') && !Path.Exists(entry.FullName)
                ? "its name is not UTF-8, so that it cannot be opened: rename it"
                : LinkAsText(entry) is { } place ? $"a link to {place} that was copied as text: make it a folder" : null;
        }

        var real = LinkResolver.RealPath(entry.FullName);
        if (!Path.Exists(real))
            return $"a link to nothing ({target})";
        var inside = _realRoot + Path.DirectorySeparatorChar;
        return _followLinks || real == _realRoot || real.StartsWith(inside, StringComparison.Ordinal)
            ? null : $"a link out of the data set, to {real}, which is followed only when asked for (--follow-links)";
    }

    // What a link becomes when a file system without links, or an archive, has carried it.
    private static string? LinkAsText(FileSystemInfo entry)
    {
        if (entry is not FileInfo { Length: > 0 and < 256, Extension: "" })
            return null;
        var text = File.ReadAllText(entry.FullName).Trim();
        var isPlace = !text.AsSpan().ContainsAny('\0', '\n')
            && Directory.Exists(Path.Combine(Path.GetDirectoryName(entry.FullName)!, text));
        return isPlace ? text : null;
    }
}
