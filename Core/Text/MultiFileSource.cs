using System.Text;

namespace MlPipeline.Core;

/// <summary>Files, read one after the other. They are opened when they are read.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    /// <summary>
    /// One file, or all files of a folder whose names match a pattern with * or ?, in the order of their names.
    /// </summary>
    /// <exception cref="FileNotFoundException">No file matches the pattern.</exception>
    public MultiFileSource(string? path)
        : this(path is null ? [] : [path])
    {
    }

    /// <summary>Several files or patterns.</summary>
    /// <exception cref="FileNotFoundException">No file matches a pattern.</exception>
    public MultiFileSource(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _paths = [.. paths.SelectMany(Expand)];
    }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public string GetPathOrNull(int index) => _paths[index];

    /// <inheritdoc/>
    public Stream Open(int index) => File.OpenRead(_paths[index]);

    /// <inheritdoc/>
    public TextReader OpenTextReader(int index) => new StreamReader(_paths[index], Encoding.UTF8);

    private static IEnumerable<string> Expand(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = Path.GetFileName(path);
        if (!name.AsSpan().ContainsAny('*', '?') || File.Exists(path))
            return [path];
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        string[] found = Directory.Exists(folder) ? Directory.GetFiles(folder, name) : [];
        if (found.Length == 0)
            throw new FileNotFoundException($"No file matches '{path}'.", path);
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }
}
