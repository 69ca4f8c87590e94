namespace MlPipeline.Data.Sources;

/// <summary>Resolves every symbolic link in a path, in each of its parts.</summary>
internal static class LinkResolver
{
    private const int MaxLinks = 40;

    /// <summary>The path without links; a part that does not exist, or a circle of links, is left as it is.</summary>
    public static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full) ?? "";
        var pending = new Stack<string>(Parts(full[root.Length..]).Reverse());
        var real = root;
        var links = 0;
        while (pending.TryPop(out var part))
        {
            var next = Path.Combine(real, part);
            var target = new FileInfo(next).LinkTarget;
            if (target is null || ++links > MaxLinks)
            {
                real = next;
                continue;
            }

            var absolute = Path.GetFullPath(target, real);
            root = Path.GetPathRoot(absolute) ?? "";
            foreach (var piece in Parts(absolute[root.Length..]).Reverse())
                pending.Push(piece);
            real = root;
        }

        return Path.TrimEndingDirectorySeparator(real);
    }

    private static string[] Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
}
