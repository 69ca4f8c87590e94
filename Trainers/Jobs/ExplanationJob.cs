using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline;

/// <summary>Measures heatmap methods on pictures whose objects have boxes, beside a random and a centre map.</summary>
public sealed class ExplanationJob
{
    private static readonly string[] s_boxColumns = ["left", "top", "width", "height"];

    private readonly ImageClassificationModel _model;
    private readonly ExplanationOptions _options;

    /// <summary>Makes the job.</summary>
    /// <param name="model">The model, which is not disposed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public ExplanationJob(ImageClassificationModel model, ExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _options) = (model, options ?? new ExplanationOptions());
        Methods = _options.Methods is { } names
            ? [.. names.Select(HeatmapMethods.ByName)]
            : [.. HeatmapMethods.Names.Select(HeatmapMethods.ByName).Where(FitsSurely)];

        // A gradient through layers behind the map may be one that the network's nodes do not have.
        bool FitsSurely(IHeatmapMethod method) => model.Backbone.FeatureMapPooling is var pooling && method.Fits(pooling)
            && (!method.UsesGradient || pooling != MapPooling.None);
    }

    /// <summary>The methods that are measured.</summary>
    public IReadOnlyList<IHeatmapMethod> Methods { get; }

    /// <summary>Explains the pictures' predicted classes with every method, and measures the maps.</summary>
    /// <param name="data">A manifest with the columns left, top, width and height: the object's box in pixels of the upright
    /// picture.</param>
    /// <param name="progress">Told the stage "explaining"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">There are no boxes, or the model classifies none of the pictures rightly.</exception>
    /// <exception cref="DataSourceException">Pictures cannot be read and are not to be skipped; all are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public ExplanationResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        progress ??= JobProgress.None;
        var pictures = Drawn(data).Select(r => (Record: r, Box: BoxOf(data, r))).ToArray();
        var totals = Methods.Select(m => new Total(m)).ToArray();
        List<SkippedImage> skipped = [];
        var correct = 0;
        using (var stage = progress.Begin("explaining", pictures.Length))
        {
            foreach (var (done, (record, box)) in pictures.Index())
            {
                var picture = Picture.FromFile(record.Path);
                var prediction = _model.Predict(picture);
                if (prediction.Error is { } error)
                {
                    skipped.Add(new SkippedImage(record.Path, error.TrimEnd('.') + data.PlaceOf(record)));
                }
                else if (prediction.Label == record.Label)
                {
                    correct++;
                    var scored = _model.Scored(picture);
                    foreach (var total in totals)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        Measure(total, picture, prediction, box, scored);
                    }
                }

                stage.Report(done + 1);
            }
        }

        if (skipped.Count > 0 && _options.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, skipped);
        if (correct == 0)
        {
            throw new JobException($"{data.ManifestPath ?? data.Root}: the model classifies none of {pictures.Length} pictures "
                + "rightly, so there is nothing to measure.");
        }

        return new ExplanationResult
        {
            Images = pictures.Length - skipped.Count,
            Correct = correct,
            Methods = [.. totals.Select(t => t.MeanOf(correct))],
            SkippedFiles = skipped,
        };
    }

    private ImageRecord[] Drawn(ImageDataSet data)
    {
        ImageRecord[] records = [.. data.Records];
        if (_options.MostPictures == 0 || records.Length <= _options.MostPictures)
            return records;
        new SeededRandom(_options.Seed).Shuffle<ImageRecord>(records);
        return records[.._options.MostPictures];
    }

    private static PixelBox BoxOf(ImageDataSet data, ImageRecord record)
    {
        var numbers = new int[4];
        foreach (var (i, column) in s_boxColumns.Index())
        {
            if (!record.Extra.TryGetValue(column, out var text))
            {
                throw new JobException($"{data.ManifestPath ?? data.Root}: there are no boxes: a manifest with the columns path, "
                    + $"label, {string.Join(", ", s_boxColumns)} is needed, in pixels of the upright picture.");
            }

            if (!PlainNumber.TryParse<double>(text.AsSpan().Trim(), out var number) || number < (i < 2 ? 0 : 1) || number > 1e6)
            {
                throw new JobException($"{data.ManifestPath}, line {record.Line}: '{text}' in the column '{column}' is no number "
                    + $"of at least {(i < 2 ? 0 : 1)}.");
            }

            numbers[i] = (int)Math.Round(number);
        }

        return new PixelBox(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private void Measure(Total total, Picture picture, ImagePrediction prediction, PixelBox box, IScoredPicture scored)
    {
        var clock = Stopwatch.StartNew();
        var heatmap = _model.Explain(picture, prediction.Label, total.Method).Heatmap!;
        total.Seconds += clock.Elapsed.TotalSeconds;
        var (x, y) = heatmap.Peak();
        total.Pointing += box.Contains((int)x, (int)y) ? 1 : 0;
        total.Localization += heatmap.Box() is { } found && ExplanationMeasures.Overlap(found, box) >= 0.5 ? 1 : 0;
        total.Energy += ExplanationMeasures.Energy(heatmap.OverOriginal(), heatmap.Geometry.SourceWidth, box);
        var (deletion, insertion) = ExplanationMeasures.Areas(scored, heatmap, prediction.LabelIndex, _model.ClassNames.Count,
            _options.Steps);
        total.Deletion += deletion;
        total.Insertion += insertion;
    }

    private sealed class Total(IHeatmapMethod method)
    {
        public IHeatmapMethod Method => method;

        public double Pointing { get; set; }

        public double Localization { get; set; }

        public double Energy { get; set; }

        public double Deletion { get; set; }

        public double Insertion { get; set; }

        public double Seconds { get; set; }

        public MethodScore MeanOf(int count) => new(method.Name, Pointing / count, Localization / count, Energy / count,
            Deletion / count, Insertion / count, Seconds / count);
    }
}
