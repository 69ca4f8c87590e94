using MlPipeline.Data.Files;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Cli.Output;

/// <summary>Writes heatmaps laid over their pictures as PNG files, each whole or not at all.</summary>
internal static class HeatmapFiles
{
    /// <summary>The file of each picture's heatmap: named after the picture; a number keeps equal names apart.</summary>
    public static IReadOnlyList<string> PlacesOf(IEnumerable<string> pictures, string folder)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. pictures.Select(picture =>
        {
            var name = Path.GetFileNameWithoutExtension(picture);
            var file = $"{name}.png";
            for (var number = 2; !taken.Add(file); number++)
                file = $"{name}-{number}.png";
            return Path.Combine(folder, file);
        })];
    }

    public static void Write(ImageExplanation explanation, string path, DecodeOptions? decode = null)
    {
        using var overlay = explanation.Overlay(decode: decode);
        ReplacedFile.Write(path, PngEncoder.Encode(overlay));
    }
}
