namespace MlPipeline.Data.Sources;

/// <summary>
/// A folder with one sub-folder per class. Pictures in deeper folders belong to the top-level class. Files and folders that
/// are hidden are left out; extensions are compared without case; symbolic links are followed only while they stay inside
/// the root.
/// </summary>
public static class ImageFolder
{
    private static readonly HashSet<string> s_read = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif",
    };

    private static readonly HashSet<string> s_notRead = new(StringComparer.OrdinalIgnoreCase)
    {
        ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".tga", ".ico", ".pbm", ".pgm", ".ppm", ".pnm",
    };

    /// <summary>True if a file's extension is that of a format which is read (JPEG, PNG, BMP, GIF).</summary>
    public static bool IsImageFile(string path) => s_read.Contains(Path.GetExtension(path));

    /// <summary>Reads the data set: classes, folders and files in ordinal order.</summary>
    /// <exception cref="DataSourceException">There is no such folder, or no pictures in sub-folders of it.</exception>
    public static ImageDataSet Read(string root)
    {
        var walk = new FolderWalk(root);
        var records = new List<ImageRecord>();
        var loose = 0;
        foreach (var entry in walk.Entries(walk.Root))
        {
            if (entry is FileInfo)
            {
                loose += IsImageFile(entry.Name) ? 1 : 0;
                continue;
            }

            walk.Collect(entry.FullName, file => records.Add(new ImageRecord(file, entry.Name)));
        }

        if (records.Count == 0)
        {
            var found = loose > 0 ? $"its {loose} pictures lie in no class folder" : "it holds no pictures";
            throw new DataSourceException(
                root, 0, $"{found}; expected one sub-folder per class with .jpg, .png, .bmp or .gif files in it.");
        }

        return new ImageDataSet(walk.Root, records, walk.Ignored);
    }

    /// <summary>All pictures under a folder, without labels, in the same order and under the same rules.</summary>
    /// <exception cref="DataSourceException">There is no such folder.</exception>
    public static IReadOnlyList<string> ListImages(string root)
    {
        var walk = new FolderWalk(root);
        var files = new List<string>();
        walk.Collect(walk.Root, files.Add);
        return files;
    }

    /// <summary>One walk through a tree, which knows what lies inside the root.</summary>
    private sealed class FolderWalk
    {
        private readonly string _realRoot;
        private readonly List<SkippedImage> _ignored = [];
        private readonly HashSet<string> _open = new(StringComparer.Ordinal);

        public FolderWalk(string root)
        {
            ArgumentException.ThrowIfNullOrEmpty(root);
            Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
            if (!Directory.Exists(Root))
                throw new DataSourceException(root, 0, "there is no such folder.");
            _realRoot = LinkResolver.RealPath(Root);
        }

        public string Root { get; }

        public IReadOnlyList<SkippedImage> Ignored => _ignored;

        public IEnumerable<FileSystemInfo> Entries(string folder) =>
            new DirectoryInfo(folder).EnumerateFileSystemInfos()
                .Where(e => e.Name[0] != '.' && !(OperatingSystem.IsWindows() && e.Attributes.HasFlag(FileAttributes.Hidden)))
                .Where(StaysInside)
                .Select(FileSystemInfo (e) => Directory.Exists(e.FullName)
                    ? new DirectoryInfo(e.FullName)
                    : new FileInfo(e.FullName))
                .OrderBy(e => e.Name, StringComparer.Ordinal);

        public void Collect(string folder, Action<string> add)
        {
            // A link to a folder above would be walked for ever: a folder is not entered again while it is open.
            var real = LinkResolver.RealPath(folder);
            if (!_open.Add(real))
                return;
            foreach (var entry in Entries(folder))
            {
                if (entry is DirectoryInfo)
                {
                    Collect(entry.FullName, add);
                }
                else if (s_read.Contains(entry.Extension))
                {
                    add(entry.FullName);
                }
                else if (s_notRead.Contains(entry.Extension))
                {
                    _ignored.Add(new SkippedImage(
                        entry.FullName, $"{entry.Extension} files are not read; JPEG, PNG, BMP and GIF are."));
                }
            }

            _open.Remove(real);
        }

        private bool StaysInside(FileSystemInfo entry)
        {
            if (entry.LinkTarget is null)
                return true;
            var real = LinkResolver.RealPath(entry.FullName);
            return real.StartsWith(_realRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && (File.Exists(real) || Directory.Exists(real));
        }
    }
}
