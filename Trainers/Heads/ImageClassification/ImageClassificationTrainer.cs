using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Heads.ImageClassification;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline;

/// <summary>
/// Retrains the last layer of a network on its bottleneck features by mini-batch gradient descent, as ML.NET's trainer of that
/// name, but: the weights of the best epoch are kept, rows come in another order in each epoch, every class is in the validation
/// rows, LearningRate counts when a schedule is set, and nothing is carried from one fit to the next. With
/// <see cref="Options.TrainLayers"/> layers of a network learn with it, on pictures; what is fitted then is the network with its
/// new weights, which adds Features and FeatureMap, and the head behind it.
/// </summary>
public sealed partial class ImageClassificationTrainer : IEstimator<TransformerChain<LinearHeadTransformer>>
{
    private readonly Options _options;

    private readonly FineTuningOptions? _layers;

    internal ImageClassificationTrainer(Options options)
    {
        _options = options;
        _layers = options.ForLayers();
    }

    /// <summary>Trains.</summary>
    /// <returns>The head, behind the network where layers of it were trained.</returns>
    /// <exception cref="InvalidOperationException">There is no row, or training diverged.</exception>
    /// <exception cref="JobException">There are no such layers, they cannot be trained, or their training diverged.</exception>
    public TransformerChain<LinearHeadTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_layers is not null)
            return new NetworkFit(_options, _layers).Run(input);
        var train = Read(input, ImageClassificationMetrics.Dataset.Train);
        FeatureMatrix? validation = null;
        if (_options.ValidationSet is { } given)
        {
            validation = Read(given, ImageClassificationMetrics.Dataset.Validation);
            if (!validation.ClassNames.SequenceEqual(train.ClassNames))
                throw new ArgumentException("The validation set has other classes than the training set.", nameof(input));
        }
        else if (_options.ValidationSetFraction is > 0 and { } fraction)
        {
            var split = StratifiedSplit.TrainTest(train.Labels.ToArray(), fraction, _options.Seed, null, null);
            validation = split.Test.Count == 0 ? null : train.Subset(split.Test);
            train = train.Subset(split.Train);
        }

        var scaling = FeatureScaling.Measure(train, LinearHead.PowerOf(_options.Scaling));
        scaling.ApplyInPlace(train);
        if (validation is not null)
            scaling.ApplyInPlace(validation);
        var model = scaling.Fold(new ImageClassificationRun(_options, train, validation).Train());
        return new TransformerChain<LinearHeadTransformer>(new LinearHeadTransformer(
            new LinearHeadWeights(model.Weights.ToArray(), model.Biases.ToArray(), train.ClassNames),
            _options.FeatureColumnName, _options.ScoreColumnName, _options.PredictedLabelColumnName));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var isHead = _layers is null;
        return HeadColumns.Promise(isHead ? inputSchema : NetworkFit.Promise(_options, inputSchema), _options.LabelColumnName,
            isHead ? _options.FeatureColumnName : NetworkFit.Features, null, _options.ScoreColumnName,
            _options.PredictedLabelColumnName);
    }

    private FeatureMatrix Read(IDataView rows, ImageClassificationMetrics.Dataset dataset)
    {
        var callback = _options.MetricsCallback;
        return MatrixReader.Read(rows, new LinearHeadOptions
        {
            LabelColumnName = _options.LabelColumnName,
            FeatureColumnName = _options.FeatureColumnName,
            Cancellation = _options.Cancellation,
        }, out _, callback is null ? null : row =>
            callback(new ImageClassificationMetrics(null, new BottleneckMetrics(dataset, row))));
    }
}
