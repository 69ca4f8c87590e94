using System.Globalization;
using MlPipeline.Cli.Output;
using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Cli.Reports;

/// <summary>What reports of all commands say of data sets, models and tests, out of the public results.</summary>
internal static class ReportFacts
{
    private const int MostSamples = 60;
    private const int SamplesOfClass = 3;
    private const int SampleSide = 160;

    public static IReadOnlyList<(string Name, string Value)> Figures(EvaluationMetrics metrics) =>
    [
        ($"micro-accuracy, {ResultText.Interval(metrics.MicroAccuracyInterval)}", $"{metrics.MicroAccuracy:0.000}"),
        ("macro-accuracy", $"{metrics.MacroAccuracy:0.000}"), ("macro-F1", $"{metrics.MacroF1:0.000}"),
        ("log-loss", $"{metrics.LogLoss:0.000}"), ("calibration error", $"{metrics.Confidence.CalibrationError:0.000}"),
        .. metrics.Confidence.Threshold is null ? Array.Empty<(string, string)>()
            : [("answered; the model abstains from the rest", $"{metrics.Confidence.Coverage:0.000}"),
                ("precision of what is answered", $"{metrics.Confidence.Precision:0.000}")],
    ];

    /// <summary>The tested pictures whose label is likely wrong.</summary>
    public static IReadOnlyList<SuspectLabel> Suspects(IReadOnlyList<EvaluatedPicture> answers, IReadOnlyList<string> classes,
        PictureAlbum album)
    {
        var placeOf = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        var issues = ConfidentLearning.Find([.. answers.Select(a => placeOf[a.Label])], [.. answers.Select(a => a.Scores)]);
        return [.. issues.Select(issue => new SuspectLabel(album.NameOf(answers[issue.Row].Path), answers[issue.Row].Label,
            classes[issue.Suggested], issue.GivenProbability, issue.SuggestedProbability))];
    }

    public static DataFacts Data(ImageDataSet data, JobResult result, IReadOnlyList<EvaluatedPicture> tested, PictureAlbum album,
        IReadOnlyList<IReadOnlyList<string>>? duplicates = null)
    {
        var all = data.Joined();
        var skipped = result.SkippedFiles.Select(s => s.Path).ToHashSet(StringComparer.Ordinal);
        ImageRecord[] used = [.. all.Records.Where(r => !skipped.Contains(r.Path))];
        var testedOf = tested.CountBy(a => a.Label).ToDictionary(StringComparer.Ordinal);
        var ofClass = used.ToLookup(r => r.Label, StringComparer.Ordinal);
        var each = Math.Clamp(MostSamples / all.ClassNames.Count, 1, SamplesOfClass);
        var samples = album.Parallel(
                all.ClassNames.SelectMany(name => Spread([.. ofClass[name]], each)).Take(MostSamples),
                record => (record.Label, Image: PictureAlbum.Small(record.Path, SampleSide)))
            .Where(s => s.Image is not null).ToLookup(s => s.Label, s => s.Image!, StringComparer.Ordinal);
        return new DataFacts
        {
            Classes = [.. all.ClassNames.Select(name => (name, ofClass[name].Count(), testedOf.GetValueOrDefault(name),
                (IReadOnlyList<byte[]>)[.. samples[name]]))],
            Sizes = album.Sizes(used),
            Skipped = [.. result.SkippedFiles.Select(s => s with { Path = album.NameOf(s.Path) })],
            Ignored = [.. result.IgnoredFiles.Select(s => s with { Path = album.NameOf(s.Path) })],
            Duplicates = [.. (duplicates ?? []).Select(set => (IReadOnlyList<string>)[.. set.Select(album.NameOf)])],
            Conflicts = [.. result.LabelConflicts.Select(set => (IReadOnlyList<LabelledPicture>)[.. set.Select(p =>
                p with { Path = album.NameOf(p.Path) })])],
        };
    }

    private static IEnumerable<ImageRecord> Spread(IReadOnlyList<ImageRecord> pictures, int most)
    {
        var count = Math.Min(most, pictures.Count);
        return Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Count / count)]);
    }

    public static IReadOnlyList<ChainLink> Chain(Backbone backbone, IReadOnlyList<string> classes, string head)
    {
        var recipe = backbone.Preprocessing;
        var map = backbone.FeatureMapShape;
        return
        [
            new("picture", "JPEG, PNG, GIF, BMP or WebP", "any size, upright"),
            new("resized", $"{ResizeOf(recipe)}, {recipe.Filter.ToString().ToLowerInvariant()}",
                $"{recipe.Width} x {recipe.Height} x "
                    + $"{(recipe.Grayscale ? "1, gray" : $"3, {recipe.ColorOrder.ToString().ToUpperInvariant()}")}"),
            new("backbone", backbone.Name,
                map is { } shape ? $"feature map {shape.Channels} x {shape.Height} x {shape.Width}" : ""),
            new("features", backbone.FeaturesFrom, $"{backbone.FeatureCount} numbers"),
            new("head", head, $"{classes.Count} scores"),
            new("label", $"one of {classes.Count} classes",
                classes.Count <= 6 ? string.Join(", ", classes) : $"{string.Join(", ", classes.Take(5))} …"),
        ];
    }

    private static string ResizeOf(Preprocessing recipe) => recipe.Resize == ResizeMode.ShorterSide
        ? $"shorter side to {recipe.ShorterSide}, middle cut out" : recipe.Resize.ToString().ToLowerInvariant();

    private static string Channels(ChannelValues values) => string.Create(CultureInfo.InvariantCulture,
        $"{values.Red:0.####} {values.Green:0.####} {values.Blue:0.####} (red, green, blue)");

    public static IReadOnlyList<(string Stage, double Seconds)> Timing(StageSeconds seconds) =>
        [("loading", seconds.Load), ("features", seconds.Features), ("training", seconds.Train), ("testing", seconds.Evaluate)];

    /// <param name="card">The card of the model, as its file has it.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="configuration">What the run was told.</param>
    public static IReadOnlyList<(string Name, string Value)> Card(ModelCard card, Backbone backbone,
        IReadOnlyList<(string Name, string Value)> configuration)
    {
        var recipe = backbone.Preprocessing;
        var evidence = backbone.PreprocessingEvidence;
        string[] told = [.. configuration.Select(c => c.Name), "features"];
        return
        [
            ("intended use", $"to name the one of {card.ClassNames.Count} classes that a picture shows "
                + $"({string.Join(", ", card.ClassNames.Take(12))}{(card.ClassNames.Count > 12 ? ", …" : "")}), "
                + "on pictures like those it was trained on"),
            ("limits",
                "A picture of anything else gets one of these classes too. The figures hold for pictures taken the same way "
                + "as the tested ones; other cameras, places or seasons are not tested. "
                + "Heatmaps say what the model looked at, not "
                + "why a picture is what it is. Decisions about people need more than this."),
            ("data fingerprint", card.DataFingerprint ?? "not known"),
            ("backbone", $"{backbone.Name}, SHA-256 {backbone.Sha256}"),
            ("licence of the backbone", backbone.Licence ?? "not known: ask whoever made the file"),
            ("preprocessing", string.Create(CultureInfo.InvariantCulture,
                $"{ResizeOf(recipe)}, {recipe.Width} x {recipe.Height}, {recipe.Filter}, "
                    + $"{recipe.ColorOrder}, scale {recipe.Scale:0.#####}, ")
                + $"mean {Channels(recipe.Mean)}, standard deviation {Channels(recipe.StandardDeviation)}"),
            ("why so", evidence is { Count: > 0 } ? string.Join("; ", evidence)
                : backbone.PreprocessingIsGuessed ? "guessed from the file: check it" : "known for this network"),
            .. configuration,
            .. card.Properties.Where(p => !told.Contains(p.Key, StringComparer.Ordinal) && p.Key != "backbone")
                .Select(p => (p.Key, p.Value)),
            .. card.Versions.Select(v => ($"version of {v.Key}", v.Value)),
        ];
    }
}
