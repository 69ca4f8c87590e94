namespace MlPipeline.Data.Sources;

/// <summary>A file or folder that a walk came upon.</summary>
/// <param name="Path">Its path below the root.</param>
/// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
/// <param name="Reason">Why it is not used; null when it is.</param>
/// <param name="IsLost">Whether it may have been a picture or a class.</param>
internal sealed record WalkedFile(string Path, bool IsFolder, string? Reason = null, bool IsLost = false);

/// <summary>One walk through a tree, which knows what lies inside the root and notes everything that it does not use.</summary>
internal sealed class FolderWalk
{
    private const string OwnFolder = "a link to a folder that it lies in";

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
        foreach (var entry in NamesOf(folder).Select(Look))
        {
            if (entry.Reason is { } reason)
                (entry.IsLost ? Lose : (Action<string, string>)Ignore)(entry.Path, reason);
            else
                used.Add(entry.IsFolder ? new DirectoryInfo(entry.Path) : new FileInfo(entry.Path));
        }

        return used;
    }

    /// <summary>Every file below the root, what is not used with its reason, lazily and in the order of <see cref="FilesOf"/>.
    /// Nothing is kept but the names in the folders that are open.</summary>
    public IEnumerable<WalkedFile> Stream() => Stream(Root);

    private IEnumerable<WalkedFile> Stream(string folder)
    {
        foreach (var entry in NamesOf(folder).Select(Look))
        {
            if (entry.Reason is not null || !entry.IsFolder)
            {
                yield return entry;
                continue;
            }

            var real = LinkResolver.RealPath(entry.Path);
            if (!_open.Add(real))
            {
                yield return entry with { Reason = OwnFolder };
                continue;
            }

            foreach (var inner in Stream(entry.Path))
                yield return inner;
            _open.Remove(real);
        }
    }

    /// <summary>The paths in a folder, in ordinal order; the folder itself where it may not be read.</summary>
    private static string[] NamesOf(string folder)
    {
        try
        {
            string[] paths = [.. Directory.EnumerateFileSystemEntries(folder)];
            Array.Sort(paths, StringComparer.Ordinal);
            return paths;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return [folder + Path.DirectorySeparatorChar];
        }
    }

    private WalkedFile Look(string path)
    {
        if (Path.EndsInDirectorySeparator(path))
            return new WalkedFile(Path.TrimEndingDirectorySeparator(path), true, "the folder may not be read", true);
        var entry = new FileInfo(path);
        var isFolder = Directory.Exists(path);
        if (entry.Name[0] == '.' || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden)))
            return new WalkedFile(path, isFolder, "hidden");
        if (s_companionNames.Contains(entry.Name) || (!isFolder && s_companions.Contains(entry.Extension)))
            return new WalkedFile(path, isFolder, "not a picture");
        var reason = ReasonAgainst(isFolder ? new DirectoryInfo(path) : entry);
        return new WalkedFile(path, isFolder, reason, reason is not null);
    }

    /// <summary>All files in a folder below the root that may be pictures.</summary>
    public IReadOnlyList<string> Files(DirectoryInfo folder)
    {
        var real = LinkResolver.RealPath(folder.FullName);
        if (!_open.Add(real))
        {
            Ignore(folder.FullName, OwnFolder);
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
        try
        {
            var text = File.ReadAllText(entry.FullName).Trim();
            var isPlace = !text.AsSpan().ContainsAny('\0', '\n')
                && Directory.Exists(Path.Combine(Path.GetDirectoryName(entry.FullName)!, text));
            return isPlace ? text : null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }
}
