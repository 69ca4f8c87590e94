using MlPipeline.Optimizers;
using MlPipeline.Pipeline;

namespace MlPipeline.Trainers;

/// <summary>
/// Retrains the last layer of a network on its bottleneck features by mini-batch gradient descent, as ML.NET's trainer of that
/// name, but: the weights of the best epoch are kept, rows come in another order in each epoch, every class is in the validation
/// rows, LearningRate counts when a schedule is set, and nothing is carried from one fit to the next.
/// </summary>
public sealed partial class ImageClassificationTrainer : IEstimator<LinearHeadTransformer>
{
    private readonly Options _options;

    internal ImageClassificationTrainer(Options options) => _options = options;

    /// <summary>Trains.</summary>
    /// <exception cref="InvalidOperationException">There is no row, or training diverged.</exception>
    public LinearHeadTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var data = Read(input, ImageClassificationMetrics.Dataset.Train);
        var train = data.Samples;
        TrainingSamples? validation = null;
        if (_options.ValidationSet is { } given)
        {
            var held = Read(given, ImageClassificationMetrics.Dataset.Validation);
            if (!held.ClassNames.SequenceEqual(data.ClassNames))
                throw new ArgumentException("The validation set has other classes than the training set.", nameof(input));

            validation = held.Samples;
        }
        else if (_options.ValidationSetFraction is > 0 and { } fraction)
        {
            var held = HeadFolds.HoldOut(train.Labels, fraction, _options.Seed);
            validation = train.Subset([.. Enumerable.Range(0, held.Length).Where(i => held[i])]);
            train = train.Subset([.. Enumerable.Range(0, held.Length).Where(i => !held[i])]);
            validation = validation.Count == 0 ? null : validation;
        }

        FeatureScaling scaling = FeatureScaling.Measure(train, HeadTraining.PowerOf(_options.Scaling));
        scaling.ApplyInPlace(train);
        if (validation is not null)
            scaling.ApplyInPlace(validation);

        var model = scaling.Fold(new ImageClassificationRun(_options, train, validation).Train());
        return new LinearHeadTransformer(
            new LinearHeadWeights(model.Weights.ToArray(), model.Biases.ToArray(), data.ClassNames),
            _options.FeatureColumnName, _options.ScoreColumnName, _options.PredictedLabelColumnName);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => HeadColumns.Promise(inputSchema, _options.LabelColumnName,
        _options.FeatureColumnName, null, _options.ScoreColumnName, _options.PredictedLabelColumnName);

    private HeadData Read(IDataView rows, ImageClassificationMetrics.Dataset dataset)
    {
        var callback = _options.MetricsCallback;
        return HeadData.Read(rows, _options.LabelColumnName, _options.FeatureColumnName, null, _options.Cancellation,
            callback is null ? null : row => callback(new ImageClassificationMetrics(null, new BottleneckMetrics(dataset, row))));
    }
}
