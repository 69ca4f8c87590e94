using System.Diagnostics;
using MlPipeline.Data.Sources;
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
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Told the stage "scoring"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">The model knows none of the classes, a picture cannot be read and is not to be skipped, or
    /// none could be read.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public EvaluationResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        progress ??= JobProgress.None;
        var total = Stopwatch.StartNew();
        string[] unknown = [.. data.ClassNames.Except(_model.ClassNames, StringComparer.Ordinal)];
        if (unknown.Length == data.ClassNames.Count)
        {
            throw new JobException(
                $"{data.Root}: none of its classes ({string.Join(", ", data.ClassNames)}) is one of the model's "
                + $"({string.Join(", ", _model.ClassNames)}).");
        }

        if (unknown.Length > 0)
            progress.Note($"note: the model does not know {string.Join(", ", unknown)}; pictures of these are left out");
        using var cache = _options.UseCache ? _model.OpenFeatureCache() : null;
        var load = total.Elapsed.TotalSeconds;
        List<ScoredRow> scored = new(data.Records.Count);
        List<SkippedImage> skipped = [];
        using (var stage = progress.Begin("scoring", data.Records.Count))
        {
            var predictions = cache is null ? _model.Predict(data.Records.Select(r => r.Path)) : _model.Predict(data, cache);
            foreach (var (done, prediction) in predictions.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                var record = data.Records[done];
                if (prediction.Error == null)
                {
                    scored.Add(new ScoredRow
                    {
                        Label = record.Label,
                        Score = [.. prediction.Scores],
                        PredictedLabel = (uint)prediction.LabelIndex + 1
                    });
                }
                else if (_options.BadImages == BadImagePolicy.Skip)
                {
                    skipped.Add(new SkippedImage(record.Path, prediction.Error));
                }
                else
                {
                    throw new JobException(
                        $"{record.Path}: {prediction.Error} (the policy 'skip' for bad images leaves such pictures out)");
                }

                stage.Report(done + 1);
            }
        }

        foreach (var note in cache?.Notes ?? [])
            progress.Note($"note: {note}");
        if (scored.Count == 0)
            throw new JobException($"{data.Root}: none of the {data.Records.Count} pictures could be read.");
        var features = total.Elapsed.TotalSeconds - load;
        var evaluation = Measure(scored);
        var end = total.Elapsed.TotalSeconds;
        return new EvaluationResult
        {
            Evaluation = evaluation,
            Images = evaluation.TestImages,
            Cached = cache?.Cached ?? 0,
            SkippedFiles = skipped,
            Seconds = new StageSeconds(load, features, 0, end - load - features, end),
        };
    }

    private EvaluationMetrics Measure(List<ScoredRow> rows)
    {
        var ml = new MLContext();
        var definition = SchemaDefinition.Create(typeof(ScoredRow));
        definition[nameof(ScoredRow.Score)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, _model.ClassNames.Count);
        definition[nameof(ScoredRow.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), _model.ClassNames.Count);
        var view = ml.Data.LoadFromEnumerable(rows, definition);
        var keyed = JobFeatures.LabelKeys(ml, _model.ClassNames).Fit(view).Transform(view);
        return EvaluationMetrics.Of(ml, keyed, _model.ClassNames, _model.Temperature, _model.AnswerThreshold);
    }

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
