namespace MlPipeline.Data.Sources;

/// <summary>
/// A folder with one sub-folder per class, or with the folders <c>train</c> and <c>val</c> or <c>test</c> that hold one each.
/// Pictures in deeper folders belong to the class above them. Every file is taken for a picture but hidden ones and the usual
/// companions (text, annotations); what is not used is listed with its reason.
/// </summary>
public static class ImageFolder
{
    /// <summary>Lists the data set: classes, folders and files in ordinal order. No file is opened.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="followLinks">Whether symbolic links that lead out of the folder are followed.</param>
    /// <exception cref="DataSourceException">There is no such folder, no pictures in sub-folders of it, or some of its folders
    /// look like splits and others do not.</exception>
    public static ImageDataSet Read(string root, bool followLinks = false)
    {
        var walk = new FolderWalk(root, followLinks);
        var folders = ClassFolders(walk, walk.Root, out var loose);
        if (PartsOf(root, folders) is not { } parts)
            return new ImageDataSet(walk.Root, Pictures(walk, root, folders, loose), walk.Ignored) { Lost = walk.Lost };

        var data = parts.ToDictionary(p => p.Key, p => new ImageDataSet(walk.Root,
            Pictures(walk, p.Value.FullName, ClassFolders(walk, p.Value.FullName, out var inNone), inNone)));
        return data[DataPart.Train].WithParts(data, walk.Ignored, walk.Lost);
    }

    /// <summary>All pictures under a folder, without labels, in the same order and under the same rules.</summary>
    /// <exception cref="DataSourceException">There is no such folder.</exception>
    public static IReadOnlyList<string> ListImages(string root)
    {
        var walk = new FolderWalk(root, followLinks: false);
        return walk.FilesOf(walk.Entries(walk.Root));
    }

    private static List<DirectoryInfo> ClassFolders(FolderWalk walk, string folder, out int loose)
    {
        var entries = walk.Entries(folder);
        foreach (var file in entries.OfType<FileInfo>())
            walk.Ignore(file.FullName, "it lies in no class folder");
        List<DirectoryInfo> folders = [.. entries.OfType<DirectoryInfo>()];
        loose = entries.Count - folders.Count;
        return folders;
    }

    private static List<ImageRecord> Pictures(FolderWalk walk, string root, List<DirectoryInfo> classes, int loose)
    {
        List<ImageRecord> records = [];
        foreach (var folder in classes)
        {
            if (SplitsOf(folder.EnumerateDirectories()) is { Count: > 1 } inside && inside.ContainsKey(DataPart.Train))
            {
                throw new DataSourceException(folder.FullName, 0,
                    $"its folders {string.Join(" and ", inside.Values.Select(f => f.Name))} look like the parts of a split data "
                    + $"set; expected them above the classes, as in train/{folder.Name}.");
            }

            var files = walk.Files(folder);
            if (files.Count == 0)
                walk.Lose(folder.FullName, "a class folder without pictures");
            records.AddRange(files.Select(file => new ImageRecord(file, folder.Name)));
        }

        if (records.Count > 0)
            return records;
        var found = loose > 0 ? $"its {loose} pictures lie in no class folder" : "it holds no pictures";
        var lost = walk.Lost.Count > 0 ? $" {DataSourceException.Named(walk.Lost)}." : "";
        throw new DataSourceException(root, 0,
            $"{found}; expected one sub-folder per class with JPEG, PNG, GIF, BMP or WebP pictures in it.{lost}");
    }

    /// <summary>The folders by the part that they hold; null when the folders are classes.</summary>
    private static Dictionary<DataPart, DirectoryInfo>? PartsOf(string root, List<DirectoryInfo> folders)
    {
        var parts = SplitsOf(folders);
        if (!parts.ContainsKey(DataPart.Train) || (parts.Count == 1 && folders.Count > 1))
            return null;
        if (folders.Except(parts.Values).FirstOrDefault() is not { } other)
            return parts;
        throw new DataSourceException(root, 0,
            $"its folders {string.Join(" and ", parts.Values.Select(f => f.Name))} look like the parts of a split data set, and "
            + $"{other.Name} is none that is missing; expected {SplitName.Known}, each once, or one folder per class.");
    }

    private static Dictionary<DataPart, DirectoryInfo> SplitsOf(IEnumerable<DirectoryInfo> folders)
    {
        Dictionary<DataPart, DirectoryInfo> parts = [];
        foreach (var folder in folders)
        {
            if (SplitName.Of(folder.Name) is { } part)
                parts.TryAdd(part, folder);
        }

        return parts;
    }
}
