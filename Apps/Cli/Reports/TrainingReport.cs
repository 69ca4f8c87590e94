using MlPipeline.Cli.Commands;

namespace MlPipeline.Cli.Reports;

/// <summary>Writes the report of a model that was trained or tested.</summary>
internal static class TrainingReport
{
    /// <summary>Writes the report of a training, on the pictures that were held out.</summary>
    /// <param name="place">The HTML file, or a folder for it.</param>
    /// <param name="title">The heading.</param>
    /// <param name="result">What the training gave.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="context">Told how it comes along.</param>
    /// <param name="pointing">The share of heatmaps that peak inside the object; null when there are no boxes.</param>
    /// <returns>The path of the HTML file.</returns>
    public static string Write(string place, string title, TrainingResult result, ImageClassificationModel model,
        ImageDataSet data, CommandContext context, double? pointing = null)
    {
        var album = new PictureAlbum(model, data.Root, context);
        var evaluation = result.Evaluation;
        (string, string)[] configuration =
        [
            ("trainer", result.Trainer), ("features from", result.FeaturesFrom),
            ("trained layers", result.TrainedLayers ?? "none"),
            ("views to train on", $"{result.Augment}"), ("views to average over", $"{result.TestViews}"),
            ("tested by", result.Folds is { Count: var folds } ? $"cross-validation in {folds} folds" : "held-out pictures"),
            ("seed", $"{context.Seed}"),
        ];
        return Write(place, new ReportContent
        {
            Title = title,
            Facts = [("backbone", result.Backbone), ("head", result.Trainer), ("pictures", $"{result.Images}"),
                ("trained on", $"{result.TrainImages}"), ("tested on", $"{evaluation?.TestImages ?? 0}"),
                ("seed", $"{context.Seed}")],
            Figures = [.. evaluation is null ? [] : ReportFacts.Figures(evaluation), .. pointing is { } share
                ? [("heatmap peaks inside the object", $"{share:0.000}")] : Array.Empty<(string, string)>()],
            Notes = evaluation is null ? ["Trained on all pictures: nothing was tested, and no accuracy is known."]
                : [$"Note: {result.Trust}.", .. result.UntestedClasses.Count > 0
                    ? [$"Not tested, as no picture is left for it: {string.Join(", ", result.UntestedClasses)}."]
                    : Array.Empty<string>()],
            Metrics = evaluation,
            Epochs = result.Epochs ?? [],
            Data = ReportFacts.Data(data, result, result.Answers, album, result.Duplicates),
            Chain = ReportFacts.Chain(model.Backbone, model.ClassNames, $"linear, {result.Trainer}"),
            Timing = ReportFacts.Timing(result.Seconds),
            Card = ReportFacts.Card(result.Model is { } file ? ModelFile.ReadCard(file) : model.Trained.Card, model.Backbone,
                configuration),
        }, result.Answers, album);
    }

    /// <summary>Writes the report of a test of a model: of the pictures that it was not trained on, if there are such.</summary>
    /// <param name="place">The HTML file, or a folder for it.</param>
    /// <param name="title">The heading.</param>
    /// <param name="result">What the test found.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="context">Told how it comes along.</param>
    /// <returns>The path of the HTML file.</returns>
    public static string Write(string place, string title, EvaluationResult result, ImageClassificationModel model,
        ImageDataSet data, CommandContext context)
    {
        var album = new PictureAlbum(model, data.Root, context);
        var shown = result.Unseen ?? result.Evaluation;
        var hasSeen = result is { Unseen: not null, TrainedOn: > 0 };
        EvaluatedPicture[] tested = [.. result.Pictures.Where(p => !hasSeen || p.TrainedOn == false)];
        return Write(place, new ReportContent
        {
            Title = title,
            Facts = [("backbone", model.Backbone.Name), ("pictures", $"{result.Images}"), ("tested on", $"{shown.TestImages}")],
            Figures = [.. ReportFacts.Figures(shown), .. hasSeen
                ? [($"micro-accuracy with the {result.TrainedOn} pictures that it was trained on",
                    $"{result.Evaluation.MicroAccuracy:0.000}")]
                : Array.Empty<(string, string)>()],
            Notes = [$"Note: {result.Trust}.", .. hasSeen
                ? [$"All below is about the {shown.TestImages} pictures that it was not trained on."] : Array.Empty<string>(),
                .. result.UnknownClasses.Count > 0
                    ? [$"Left out, for the model does not know them: {string.Join(", ", result.UnknownClasses)}."]
                    : Array.Empty<string>()],
            Metrics = shown,
            Data = ReportFacts.Data(data.Test ?? data, result, tested, album),
            Chain = ReportFacts.Chain(model.Backbone, model.ClassNames, model.Head is null ? "trained" : "linear"),
            Timing = ReportFacts.Timing(result.Seconds),
            Card = ReportFacts.Card(model.Trained.Card, model.Backbone, []),
        }, tested, album);
    }

    private static string Write(string place, ReportContent content, IReadOnlyList<EvaluatedPicture> answers, PictureAlbum album)
    {
        content = WithAnswers(content, answers, album);
        return HtmlReport.Write(HtmlReport.PlaceIn(place), content.Title, content.Facts, HtmlReport.SectionsOf(content));
    }

    /// <summary>The content with the errors, the least sure hits and the likely wrong labels among what was answered.</summary>
    public static ReportContent WithAnswers(ReportContent content, IReadOnlyList<EvaluatedPicture> answers, PictureAlbum album) =>
        content.Metrics is not { } metrics ? content : content with
        {
            Pictures = album.Of(answers, metrics.Classes),
            Hits = answers.Count(a => a.Label == a.PredictedLabel),
            Suspects = answers.All(a => a.TrainedOn == false) ? ReportFacts.Suspects(answers, metrics.Classes, album) : null,
        };
}
