using System.Buffers;
using System.Text.RegularExpressions;
using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Commands;

/// <summary>The pictures that a user named: files as they are, folders with all that is in them, patterns with all that fits
/// them, and "-" for the lines of standard input.</summary>
internal static partial class ImagePaths
{
    public const string Description = "Pictures, folders of pictures, patterns such as 'photos/**/*.{jpg,png}' (*, ?, [abc] "
        + "and {one,other} within a name, ** for folders at any depth), or - for paths on standard input, one a line.";

    private const string Everywhere = "**";

    private static readonly SearchValues<char> s_wild = SearchValues.Create("*?[{");

    /// <exception cref="JobException">A folder has no pictures, a pattern fits nothing, or standard input names
    /// nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        List<string> found = [];
        foreach (var path in paths)
        {
            if (path == "-")
                found.AddRange(FromStandardInput());
            else if (IsPattern(path))
                found.AddRange(Matches(path));
            else
                found.AddRange(FilesOf(path));
        }

        return found;
    }

    private static IEnumerable<string> FromStandardInput()
    {
        List<string> lines = [];
        while (Console.In.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                lines.Add(line.TrimEnd('\r'));
        }

        return lines.Count > 0 ? lines.SelectMany(FilesOf) : throw new JobException("standard input names no pictures.");
    }

    /// <summary>A folder's pictures; a file as it is: a missing one is reported with the picture's result, so that the others are
    /// still done.</summary>
    private static IReadOnlyList<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var inside = ImageFolder.ListImages(path);
        return inside.Count > 0 ? inside : throw new JobException($"{path}: there are no pictures in this folder.");
    }

    private static bool IsPattern(string path) => path.AsSpan().ContainsAny(s_wild) && !Path.Exists(path);

    /// <summary>What fits a pattern, in ordinal order. As in shells, names that begin with a dot must be asked for by
    /// one.</summary>
    private static IEnumerable<string> Matches(string pattern)
    {
        var root = Path.GetPathRoot(pattern)!;
        var parts = pattern[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar],
            StringSplitOptions.RemoveEmptyEntries);
        List<string> found = [.. Matches(root, parts).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return found.Count > 0 ? found.SelectMany(path => parts[^1] == Everywhere ? [path] : FilesOf(path))
            : throw new JobException($"{pattern}: nothing fits this pattern.");
    }

    private static IEnumerable<string> Matches(string folder, ReadOnlyMemory<string> parts)
    {
        var (part, rest) = (parts.Span[0], parts[1..]);
        if (part == Everywhere)
        {
            // At the end it stands for all pictures below.
            if (rest.IsEmpty)
                return Directory.Exists(Named(folder)) ? ImageFolder.ListImages(Named(folder)) : [];
            return Matches(folder, rest).Concat(Entries(folder)
                .Where(e => e is DirectoryInfo { LinkTarget: null } && e.Name[0] != '.')
                .SelectMany(e => Matches(Path.Combine(folder, e.Name), parts)));
        }

        IEnumerable<string> fitting = [Path.Combine(folder, part)];
        if (part.AsSpan().ContainsAny(s_wild))
        {
            var expression = ExpressionOf(part);
            fitting = Entries(folder).Where(e => expression.IsMatch(e.Name) && (e.Name[0] != '.' || part[0] == '.'))
                .Select(e => Path.Combine(folder, e.Name));
        }

        return rest.IsEmpty ? fitting.Where(Path.Exists) : fitting.Where(Directory.Exists).SelectMany(f => Matches(f, rest));
    }

    private static Regex ExpressionOf(string part)
    {
        var text = Regex.Escape(part).Replace(@"\*", ".*", StringComparison.Ordinal)
            .Replace(@"\?", ".", StringComparison.Ordinal);
        text = Brackets().Replace(text, m => $"[{(m.Groups[1].Length > 0 ? "^" : "")}{m.Groups[2].Value}]");
        text = Braces().Replace(text, m => $"(?:{m.Groups[1].Value.Replace(',', '|')})");
        return new Regex($"^{text}$", OperatingSystem.IsWindows() ? RegexOptions.IgnoreCase : RegexOptions.None);
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder)
    {
        var inside = new DirectoryInfo(Named(folder));
        return inside.Exists ? inside.EnumerateFileSystemInfos() : [];
    }

    private static string Named(string folder) => folder.Length == 0 ? "." : folder;

    // As Regex.Escape leaves them: the opening ones escaped, the closing ones not.
    [GeneratedRegex(@"\\\[(!|\\\^)?([^\]]+)\]")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\\\{([^{}]+)\}")]
    private static partial Regex Braces();
}
