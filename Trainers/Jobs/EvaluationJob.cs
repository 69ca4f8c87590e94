using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Trainers.Jobs;

namespace MlPipeline;

/// <summary>Tests a trained model on a labelled data set; pictures of classes that it does not know are left out.</summary>
public sealed class EvaluationJob
{
    private readonly ImageClassificationModel _model;
    private readonly EvaluationOptions _options;

    /// <summary>Makes the job.</summary>
    /// <param name="model">The model, which is not disposed.</param>
    /// <param name="options">Null for the defaults.</param>
    public EvaluationJob(ImageClassificationModel model, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _options) = (model, options ?? new EvaluationOptions());
    }

    /// <summary>Scores the pictures and measures.</summary>
    /// <param name="data">The pictures; of a data set that is split, its test set is taken.</param>
    /// <param name="progress">Told the stage "scoring"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">The model knows none of the classes, or no picture could be read.</exception>
    /// <exception cref="DataSourceException">Pictures cannot be read and are not to be skipped; all are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public EvaluationResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        progress ??= JobProgress.None;
        var ignored = data.Ignored;
        data = data.Test ?? data;
        var total = Stopwatch.StartNew();
        var classes = _model.ClassNames.ToHashSet(StringComparer.Ordinal);
        string[] unknown = [.. data.ClassNames.Where(name => !classes.Contains(name))];
        if (unknown.Length == data.ClassNames.Count)
        {
            throw new JobException(
                $"{data.Root}: none of its classes ({NameList.Of(data.ClassNames)}) is one of the model's "
                + $"({NameList.Of(_model.ClassNames)}).");
        }

        if (unknown.Length > 0)
            progress.Note($"note: the model does not know {NameList.Of(unknown)}; pictures of these are left out");
        var tested = data.Subset(Enumerable.Range(0, data.Records.Count)
            .Where(i => classes.Contains(data.Records[i].Label)));
        using var cache = _options.UseCache ? _model.OpenFeatureCache() : null;
        var load = total.Elapsed.TotalSeconds;
        List<(int Picture, ImagePrediction Prediction)> answers = new(tested.Records.Count);
        List<SkippedImage> skipped = [];
        using (var stage = progress.Begin("scoring", tested.Records.Count))
        {
            var predictions = cache is null ? _model.Predict(tested.Records.Select(r => r.Path)) : _model.Predict(tested, cache);
            foreach (var (done, prediction) in predictions.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                if (prediction.Error == null)
                {
                    answers.Add((done, prediction));
                }
                else
                {
                    var record = tested.Records[done];
                    skipped.Add(new SkippedImage(record.Path, prediction.Error.TrimEnd('.') + tested.PlaceOf(record)));
                }

                stage.Report(done + 1);
            }
        }

        foreach (var note in cache?.Notes ?? [])
            progress.Note($"note: {note}");
        if (skipped.Count > 0 && _options.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, skipped);
        if (answers.Count == 0)
            throw new JobException($"{data.Root}: none of the {tested.Records.Count} pictures could be read.");
        var hashes = cache?.ContentHashes ?? DuplicateFinder.HashContents(tested);
        var features = total.Elapsed.TotalSeconds - load;
        ScoredPicture[] pictures = [.. answers.Select(a => Scored(tested.Records[a.Picture], a.Prediction, hashes[a.Picture]))];
        ScoredPicture[] unseen = [.. pictures.Where(p => p.Answer.TrainedOn == false)];
        var result = new EvaluationResult
        {
            Evaluation = Measure(pictures),
            TrainedOn = Card.TrainingPictures is null ? null : pictures.Length - unseen.Length,
            Unseen = unseen.Length > 0 ? Measure(unseen) : null,
            UnknownClasses = unknown,
            Pictures = [.. pictures.Select(p => p.Answer)],
            Images = pictures.Length,
            Cached = cache?.Cached ?? 0,
            SkippedFiles = skipped,
            IgnoredFiles = ignored,
            LabelConflicts = LabelConflicts.Find([.. answers.Select(a => tested.Records[a.Picture])],
                [.. pictures.Select(p => p.ContentHash)], progress),
            Seconds = new StageSeconds(load, features, 0, total.Elapsed.TotalSeconds - load - features,
                total.Elapsed.TotalSeconds),
        };
        if (result.TrainedOn != 0)
            progress.Note($"warning: {result.Trust}");
        return result;
    }

    private ModelCard Card => _model.Trained.Card;

    private ScoredPicture Scored(ImageRecord record, ImagePrediction prediction, string? hash) => new(
        new EvaluatedPicture(record.Path, record.Label, prediction.Label!, prediction.Score,
            Card.TrainingPictures is { } known ? hash is not null && known.Contains(hash) : null)
        {
            Scores = prediction.Scores,
        },
        new ScoredRow
        {
            Label = record.Label,
            Score = [.. prediction.Scores],
            PredictedLabel = (uint)prediction.LabelIndex + 1,
        },
        hash);

    private EvaluationMetrics Measure(IReadOnlyList<ScoredPicture> pictures)
    {
        var ml = new MLContext();
        var definition = SchemaDefinition.Create(typeof(ScoredRow));
        definition[nameof(ScoredRow.Score)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, _model.ClassNames.Count);
        definition[nameof(ScoredRow.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), _model.ClassNames.Count);
        var view = ml.Data.LoadFromEnumerable(pictures.Select(p => p.Row), definition);
        var keyed = JobFeatures.LabelKeys(ml, _model.ClassNames).Fit(view).Transform(view);
        return EvaluationMetrics.Of(ml, keyed, _model.ClassNames, _model.Temperature, _model.AnswerThreshold,
            DuplicateFinder.Groups([.. pictures.Select(p => p.ContentHash)]).Distinct().Count());
    }

    private sealed record ScoredPicture(EvaluatedPicture Answer, ScoredRow Row, string? ContentHash);

    /// <summary>A picture's true class and what the model says of it.</summary>
    private sealed class ScoredRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Score { get; set; } = [];

        /// <summary>The predicted class, counted from 1.</summary>
        public uint PredictedLabel { get; set; }
    }
}
