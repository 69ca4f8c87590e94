using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Cli.Output;

/// <summary>Writes heatmaps laid over their pictures as PNG files, each whole or not at all.</summary>
internal static class HeatmapFiles
{
    /// <summary>Writes one overlay into a folder, named after the picture; a number keeps equal names apart.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(ImageExplanation explanation, string folder, HashSet<string> taken)
    {
        using var overlay = explanation.Overlay();
        var name = Path.GetFileNameWithoutExtension(explanation.Prediction.Path);
        var file = $"{name}.png";
        for (var number = 2; !taken.Add(file); number++)
            file = $"{name}-{number}.png";
        var path = Path.Combine(folder, file);
        WriteAside(path, PngEncoder.Encode(overlay));
        return path;
    }

    /// <summary>Writes beside the place and renames, so that a reader never sees half a file.</summary>
    public static void WriteAside(string path, byte[] content)
    {
        var aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(aside, content);
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
