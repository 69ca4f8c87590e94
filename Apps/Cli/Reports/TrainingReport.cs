using System.Text;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Data.Files;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Reports;

/// <summary>Writes the report of a model that was trained or tested: figures, confusion, calibration, and pictures with their
/// heatmaps.</summary>
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
        List<(string, string)> figures = [.. evaluation is null ? [] : Figures(evaluation)];
        if (pointing is { } share)
            figures.Add(("heatmap peaks inside the object", $"{share:0.000}"));
        var content = new ReportContent
        {
            Title = title,
            Facts = [("backbone", result.Backbone), ("head", result.Trainer), ("pictures", $"{result.Images}"),
                ("trained on", $"{result.TrainImages}"),
                ("tested on", $"{evaluation?.TestImages ?? 0}"), ("seed", $"{context.Seed}")],
            Figures = figures,
            Notes = evaluation is null ? ["Trained on all pictures: nothing was tested, and no accuracy is known."] : [],
            Classes = evaluation?.Classes ?? [],
            Confusion = evaluation?.Confusion ?? [],
            PerClass = evaluation?.PerClass ?? [],
            Calibration = evaluation?.Confidence.Bins ?? [],
            Pictures = Explain(model, pictures, context),
            LabelConflicts = result.LabelConflicts,
            Skipped = [.. result.SkippedFiles.Select(s => (s.Path, s.Reason))],
        };
        return Write(folder, content);
    }

    /// <summary>Writes the report of a test of a model: of the pictures that it was not trained on, if there are such.</summary>
    /// <param name="place">The HTML file, or a folder for it.</param>
    /// <param name="title">The heading.</param>
    /// <param name="result">What the test found.</param>
    /// <param name="model">The model.</param>
    /// <param name="context">Told how it comes along.</param>
    /// <returns>The path of the HTML file.</returns>
    public static string Write(string place, string title, EvaluationResult result, ImageClassificationModel model,
        CommandContext context)
    {
        var shown = result.Unseen ?? result.Evaluation;
        var hasSeen = result is { Unseen: not null, TrainedOn: > 0 };
        EvaluatedPicture[] tested = [.. result.Pictures.Where(p => !hasSeen || p.TrainedOn == false)];

        // The surest mistakes say most about the labels and about what the model confuses.
        ImageRecord[] wrong = [.. tested.Where(p => p.PredictedLabel != p.Label).OrderByDescending(p => p.Score)
            .Take(MostPictures).Select(p => new ImageRecord(p.Path, p.Label))];
        return Write(place, new ReportContent
        {
            Title = title,
            Facts = [("backbone", model.Backbone.Name), ("pictures", $"{result.Images}"), ("tested on", $"{shown.TestImages}")],
            Figures = [.. Figures(shown), .. hasSeen
                ? [($"micro-accuracy with the {result.TrainedOn} pictures that it was trained on",
                    $"{result.Evaluation.MicroAccuracy:0.000}")]
                : Array.Empty<(string, string)>()],
            Notes = [$"Note: {result.Trust}.", .. hasSeen
                ? [$"All below is about the {shown.TestImages} pictures that it was not trained on."] : Array.Empty<string>()],
            Classes = shown.Classes,
            Confusion = shown.Confusion,
            PerClass = shown.PerClass,
            Calibration = shown.Confidence.Bins,
            PicturesTitle = wrong.Length > 0 ? "Most confused pictures: wrong, and sure of it" : "What the model looks at",
            Pictures = Explain(model,
                wrong.Length > 0 ? wrong : Spread([.. tested.Select(p => new ImageRecord(p.Path, p.Label))]), context),
            LabelConflicts = result.LabelConflicts,
            Skipped = [.. result.SkippedFiles.Select(s => (s.Path, s.Reason))],
        });
    }

    private static IEnumerable<(string, string)> Figures(EvaluationMetrics metrics) =>
    [
        ($"micro-accuracy, {ResultText.Interval(metrics.MicroAccuracyInterval)}", $"{metrics.MicroAccuracy:0.000}"),
        ("macro-accuracy", $"{metrics.MacroAccuracy:0.000}"), ("macro-F1", $"{metrics.MacroF1:0.000}"),
        ("log-loss", $"{metrics.LogLoss:0.000}"), ("calibration error", $"{metrics.Confidence.CalibrationError:0.000}"),
    ];

    private static string Write(string place, ReportContent content)
    {
        var path = PlaceIn(place);
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
        var hasHeatmaps = model.Head is not null && model.Backbone.FeatureMapPooling != MapPooling.None;
        using var stage = context.Progress.Begin("report", pictures.Count);
        var done = 0;
        var explanations = hasHeatmaps ? model.Explain(pictures.Select(p => p.Path))
            : pictures.Zip(model.Predict(pictures.Select(p => p.Path)),
                (record, prediction) => new ImageExplanation(Picture.FromFile(record.Path), prediction, null));
        foreach (var explanation in explanations)
        {
            var record = pictures[done];
            stage.Report(++done);
            if (explanation.Prediction.Error is not null)
                continue;
            using var picture = explanation.Picture.Decode(s_thumbnails);
            using var overlay = explanation.Heatmap is null ? null
                : explanation.Overlay(decode: s_thumbnails with { AtLeast = null });
            shown.Add(new ReportPicture(Path.GetFileName(record.Path), record.Label, explanation.Prediction.Label!,
                explanation.Prediction.Score, Thumbnail(picture), overlay is null ? null : Thumbnail(overlay)));
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
