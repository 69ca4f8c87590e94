using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Commands;

/// <summary>The pictures that a user named: files as they are, folders with all that is in them.</summary>
internal static class ImagePaths
{
    /// <exception cref="JobException">A path is neither a file nor a folder, or a folder has no pictures.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        List<string> found = [];
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                // A missing file is reported with the picture's result, so that the others are still done.
                found.Add(path);
                continue;
            }

            var inside = ImageFolder.ListImages(path);
            if (inside.Count == 0)
                throw new JobException($"{path}: there are no pictures in this folder.");
            found.AddRange(inside);
        }

        return found;
    }
}
