using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline;

/// <summary>Measures heatmap methods on pictures whose objects have boxes, beside a random and a centre map.</summary>
public sealed class ExplanationJob
{
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
    /// <param name="data">A manifest with the object's box in pixels of the upright picture, in the columns left, top, width and
    /// height, or x0, y0, x1 and y1 (or xmin, ymin, xmax and ymax), the last column and row of the box included. Of a data set
    /// that is split, the test set is taken.</param>
    /// <param name="progress">Told the stage "explaining"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">There are no boxes, or the model classifies none of the pictures rightly.</exception>
    /// <exception cref="DataSourceException">Pictures cannot be read and are not to be skipped; all are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public ExplanationResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = data.Test ?? data;
        progress ??= JobProgress.None;
        var pictures = Drawn(data).Select(r => (Record: r, Box: ExplanationBoxes.Of(data, r))).ToArray();
        var totals = Methods.Select(m => new Total(m)).ToArray();
        List<SkippedImage> skipped = [];
        List<Explained> explained = [];
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
                    var scored = _model.Scored(picture);
                    using var mirrored = MirrorImage(picture);
                    var maps = new Heatmap[totals.Length];
                    foreach (var (i, total) in totals.Index())
                    {
                        cancellation.ThrowIfCancellationRequested();
                        maps[i] = Measure(total, picture, prediction, box, scored);
                        total.Mirrored += ExplanationMeasures.RankCorrelation(maps[i].Values, TurnedBack(
                            _model.Explain(Picture.FromRaster(mirrored), prediction.Label, total.Method).Heatmap!));
                    }

                    explained.Add(new Explained(picture, prediction.Label!, maps));
                }

                stage.Report(done + 1);
            }
        }

        if (skipped.Count > 0 && _options.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, skipped);
        if (explained.Count == 0)
        {
            throw new JobException($"{data.ManifestPath ?? data.Root}: the model classifies none of {pictures.Length} pictures "
                + "rightly, so there is nothing to measure.");
        }

        if (_options.Sanity)
            Randomize(explained, totals, progress, cancellation);
        return new ExplanationResult
        {
            Images = pictures.Length - skipped.Count,
            Correct = explained.Count,
            Methods = [.. totals.Select(t => t.MeanOf(explained.Count))],
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

    private Heatmap Measure(Total total, Picture picture, ImagePrediction prediction, PixelBox box, IScoredPicture scored)
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
        return heatmap;
    }

    /// <summary>Compares the maps with those of the model with more and more random weights.</summary>
    private void Randomize(List<Explained> explained, Total[] totals, IJobProgress progress, CancellationToken cancellation)
    {
        foreach (var random in RandomizedModel.Cascade(_model, _options.Seed))
        {
            using var model = random;
            using var stage = progress.Begin($"random {model.Step}", explained.Count);
            var sums = new (double Correlation, double Similarity)[totals.Length];
            foreach (var (done, (picture, label, maps)) in explained.Index())
            {
                foreach (var (i, total) in totals.Index())
                {
                    cancellation.ThrowIfCancellationRequested();
                    var map = model.Explain(picture, new HeatmapRequest { ClassName = label, Method = total.Method });
                    sums[i].Correlation += ExplanationMeasures.RankCorrelation(maps[i].Values, map.Values);
                    sums[i].Similarity += ExplanationMeasures.Similarity(maps[i].OverOriginal(), map.OverOriginal(),
                        map.Geometry.SourceWidth);
                }

                stage.Report(done + 1);
            }

            foreach (var (i, total) in totals.Index())
            {
                total.Sanity.Add(new SanityScore(model.Step, sums[i].Correlation / explained.Count,
                    sums[i].Similarity / explained.Count));
            }
        }
    }

    private static Raster MirrorImage(Picture picture)
    {
        using var raster = picture.Decode(new DecodeOptions { MaxPixels = DecodeOptions.MostPixels });
        return Cropping.FlipHorizontal(raster);
    }

    private static float[] TurnedBack(Heatmap map)
    {
        var values = map.Values.ToArray();
        for (var y = 0; y < map.Height; y++)
            values.AsSpan(y * map.Width, map.Width).Reverse();
        return values;
    }

    private sealed record Explained(Picture Picture, string Label, Heatmap[] Maps);

    private sealed class Total(IHeatmapMethod method)
    {
        public IHeatmapMethod Method => method;

        public double Pointing { get; set; }

        public double Localization { get; set; }

        public double Energy { get; set; }

        public double Deletion { get; set; }

        public double Insertion { get; set; }

        public double Seconds { get; set; }

        public double Mirrored { get; set; }

        public List<SanityScore> Sanity { get; } = [];

        public MethodScore MeanOf(int count) => new(method.Name, Pointing / count, Localization / count, Energy / count,
            Deletion / count, Insertion / count, Seconds / count)
        {
            Mirrored = Mirrored / count,
            Sanity = Sanity.Count > 0 ? Sanity : null,
        };
    }
}
