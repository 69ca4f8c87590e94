using System.Text;
using MlPipeline.Cli.Commands;
using MlPipeline.Data.Files;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Reports;

/// <summary>Writes the report of a trained model: figures, confusion, and test pictures with their heatmaps.</summary>
internal static class TrainingReport
{
    private const int LongestSide = 320;
    private const int MostPictures = 24;

    // Large photographs are decoded at a part of their size.
    private static readonly DecodeOptions s_thumbnails =
        new() { AtLeast = (LongestSide, LongestSide), MaxPixels = DecodeOptions.MostPixels };

    /// <summary>The HTML file that is written for a folder; what ends in .html is the file itself.</summary>
    public static string PlaceIn(string folder) => Path.GetExtension(folder).Equals(".html", StringComparison.OrdinalIgnoreCase)
        ? folder : Path.Combine(folder, "report.html");

    /// <returns>The path of the HTML file.</returns>
    public static string Write(string folder, string title, TrainingResult result, ImageClassificationModel model,
        IReadOnlyList<ImageRecord> pictures, CommandContext context, double? pointing = null)
    {
        var evaluation = result.Evaluation;
        List<(string, string)> figures =
        [
            ($"micro-accuracy, {ResultText.Interval(evaluation.MicroAccuracyInterval)}", $"{evaluation.MicroAccuracy:0.000}"),
            ("macro-accuracy", $"{evaluation.MacroAccuracy:0.000}"),
            ("macro-F1", $"{evaluation.MacroF1:0.000}"), ("log-loss", $"{evaluation.LogLoss:0.000}"),
        ];
        if (pointing is { } share)
            figures.Add(("heatmap peaks inside the object", $"{share:0.000}"));
        var content = new ReportContent
        {
            Title = title,
            Facts = [("backbone", result.Backbone), ("head", result.Trainer), ("pictures", $"{result.Images}"),
                ("trained on", $"{result.TrainImages}"),
                ("tested on", $"{evaluation.TestImages}"), ("seed", $"{context.Seed}")],
            Figures = figures,
            Classes = evaluation.Classes,
            Confusion = evaluation.Confusion,
            PerClass = evaluation.PerClass,
            Pictures = model.Backbone.FeatureMapPooling != MapPooling.None ? Explain(model, pictures, context) : [],
            Skipped = [.. result.SkippedFiles.Select(s => (s.Path, s.Reason))],
        };
        var path = PlaceIn(folder);
        ReplacedFile.Write(path, Encoding.UTF8.GetBytes(HtmlReport.Render(content)));
        return path;
    }

    /// <summary>As many pictures as a report shows, evenly spread over a list.</summary>
    public static IReadOnlyList<ImageRecord> Spread(IReadOnlyList<ImageRecord> pictures)
    {
        var count = Math.Min(MostPictures, pictures.Count);
        return [.. Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Count / count)])];
    }

    private static List<ReportPicture> Explain(ImageClassificationModel model, IReadOnlyList<ImageRecord> pictures,
        CommandContext context)
    {
        List<ReportPicture> shown = new(pictures.Count);
        using var stage = context.Progress.Begin("report", pictures.Count);
        var done = 0;
        foreach (var explanation in model.Explain(pictures.Select(p => p.Path)))
        {
            var record = pictures[done];
            stage.Report(++done);
            if (explanation.Heatmap == null)
                continue;
            using var picture = explanation.Picture.Decode(s_thumbnails);
            using var overlay = explanation.Overlay(decode: s_thumbnails with { AtLeast = null });
            shown.Add(new ReportPicture(Path.GetFileName(record.Path), record.Label, explanation.Prediction.Label!,
                explanation.Prediction.Score,
                Thumbnail(picture), Thumbnail(overlay)));
        }

        return shown;
    }

    private static byte[] Thumbnail(Raster picture)
    {
        var scale = Math.Min(1, LongestSide / (double)Math.Max(picture.Width, picture.Height));
        using var small = Resampler.Resize(picture, Math.Max(1, (int)(picture.Width * scale)),
            Math.Max(1, (int)(picture.Height * scale)), ResampleFilter.Bilinear);
        return PngEncoder.Encode(small);
    }
}
