namespace MlPipeline.Data.Sources;

/// <summary>A picture as a folder or a manifest lists it.</summary>
/// <param name="Name">What it is called there: the manifest's text, or the folder's name with what is below it.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Label">Its class where a manifest has one; empty where it has none for this picture.</param>
/// <param name="Error">Why it is not to be opened; null when it is.</param>
public sealed record ListedPicture(string Name, string Path, string? Label = null, string? Error = null);

/// <summary>
/// The pictures of a folder or a manifest, however many, in a fixed order: as the manifest has them, or in ordinal order of the
/// names in each folder. They are listed lazily. Held are a part of the manifest, or the names in one folder and in those above
/// it. What a folder has that might be a picture and must not be opened (a link out of it, a folder that may not be read) is
/// listed with an error.
/// </summary>
public sealed class PictureListing
{
    private readonly string _path;
    private readonly bool _followLinks;
    private readonly ImageDataSet? _pictures;
    private readonly SortedDictionary<string, long> _ignored = new(StringComparer.Ordinal);

    /// <summary>Makes a listing; a manifest's header is read.</summary>
    /// <param name="path">A folder, with or without folders in it, files in MNIST's format, or a manifest
    /// (<see cref="Manifest"/>), of which only the column of paths is needed.</param>
    /// <param name="followLinks">Whether symbolic links that lead out of a folder are followed.</param>
    /// <exception cref="DataSourceException">There is nothing at the path, or the manifest's header is wrong.</exception>
    public PictureListing(string path, bool followLinks = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _followLinks) = (path, followLinks);
        if (IdxPictures.IsAt(path))
        {
            _pictures = IdxPictures.Read(path).Joined();
            HasLabels = true;
            return;
        }

        if (Directory.Exists(path))
            return;
        if (!File.Exists(path))
        {
            throw new DataSourceException(path, 0,
                "there is no such folder or file; expected a folder of pictures, or a TSV/CSV manifest with a column path.");
        }

        Manifest.Stream(path, out var hasLabels);
        HasLabels = hasLabels;
    }

    /// <summary>Whether the pictures have a column of classes.</summary>
    public bool HasLabels { get; }

    /// <summary>How many files, links and folders the last pass did not take for pictures, by reason.</summary>
    public IReadOnlyDictionary<string, long> Ignored => _ignored;

    /// <summary>Lists the pictures.</summary>
    /// <exception cref="DataSourceException">A line of the manifest is wrong; the message names it.</exception>
    public IEnumerable<ListedPicture> Read() => _pictures is not null
        ? _pictures.Records.Select(r => new ListedPicture(
            Path.Combine(Path.GetDirectoryName(_path) ?? "", Path.GetFileName(r.Path)), r.Path, r.Label))
        : Directory.Exists(_path) ? Walk() : Manifest.Stream(_path, out _);

    private IEnumerable<ListedPicture> Walk()
    {
        var walk = new FolderWalk(_path, _followLinks);
        _ignored.Clear();
        foreach (var file in walk.Stream())
        {
            if (file.Reason is not null && !file.IsLost)
            {
                _ignored[file.Reason] = _ignored.GetValueOrDefault(file.Reason) + 1;
                continue;
            }

            var below = Path.GetRelativePath(walk.Root, file.Path);
            yield return new ListedPicture(Path.Combine(_path, below), file.Path, null, file.Reason);
        }
    }
}
