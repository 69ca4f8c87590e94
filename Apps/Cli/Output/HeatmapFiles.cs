using MlPipeline.Data.Files;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Drawing;

namespace MlPipeline.Cli.Output;

/// <summary>Writes heatmaps laid over their pictures, and what they point at, as PNG files, each whole or not at all.</summary>
internal static class HeatmapFiles
{
    /// <summary>The file of each picture's heatmap: named after the picture; a number keeps equal names apart.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="suffix">What stands between name and ending.</param>
    public static IReadOnlyList<string> PlacesOf(IEnumerable<string> pictures, string folder, string suffix = "")
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. pictures.Select(picture =>
        {
            var name = Path.GetFileNameWithoutExtension(picture);
            var file = $"{name}{suffix}.png";
            for (var number = 2; !taken.Add(file); number++)
                file = $"{name}-{number}{suffix}.png";
            return Path.Combine(folder, file);
        })];
    }

    /// <summary>The file of a part that a heatmap points at.</summary>
    /// <param name="heatmap">The heatmap's file.</param>
    /// <param name="index">Which part, from 0.</param>
    public static string CropPlaceOf(string heatmap, int index) =>
        Path.ChangeExtension(heatmap, null) + $".crop{index + 1}.png";

    public static void Write(ImageExplanation explanation, string path, DecodeOptions? decode = null, bool legend = false)
    {
        using var overlay = explanation.Overlay(decode: decode);
        using var whole = legend ? WithLegend(overlay) : overlay.Clone();
        ReplacedFile.Write(path, PngEncoder.Encode(whole));
    }

    /// <summary>Writes the parts of the picture that the heatmap points at.</summary>
    /// <param name="explanation">A picture and its heatmap.</param>
    /// <param name="heatmap">The heatmap's file.</param>
    /// <param name="most">How many parts at most.</param>
    /// <param name="decode">Limits for decoding the picture.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> WriteCrops(ImageExplanation explanation, string heatmap, int most, DecodeOptions decode)
    {
        List<string> files = [];
        if (most == 0)
            return files;
        using var picture = explanation.Picture.Decode(decode);
        foreach (var box in explanation.Heatmap!.Regions(most))
        {
            using var crop = Cropping.Crop(picture, box.Left, box.Top, box.Width, box.Height);
            var place = CropPlaceOf(heatmap, files.Count);
            ReplacedFile.Write(place, PngEncoder.Encode(crop));
            files.Add(place);
        }

        return files;
    }

    /// <summary>The picture with the colours of heat in a strip below it: nothing at the left, the hottest place at the
    /// right.</summary>
    private static Raster WithLegend(Raster picture)
    {
        var height = Math.Max(4, picture.Height / 20);
        var result = Cropping.Pad(picture, 0, 0, 0, height + 1);
        for (var y = picture.Height + 1; y < result.Height; y++)
        {
            var row = result.Row(y);
            for (var x = 0; x < picture.Width; x++)
                (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = HeatColors.Of((x + 0.5f) / picture.Width);
        }

        return result;
    }
}
