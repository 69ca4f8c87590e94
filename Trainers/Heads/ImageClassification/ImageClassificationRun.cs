using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;
using MlPipeline.Trainers.Solvers.Sgd;

namespace MlPipeline.Trainers.Heads.ImageClassification;

/// <summary>The state of one fit: the best epoch so far, and how long ago it was better by enough.</summary>
internal sealed class ImageClassificationRun(
    ImageClassificationTrainer.Options options, FeatureMatrix train, FeatureMatrix? validation)
{
    private LinearModel? _best;
    private double _bestAccuracy = double.NegativeInfinity;
    private double _bestLoss = double.PositiveInfinity;
    private double _stoppingBest = double.NegativeInfinity;
    private int _waited;

    /// <summary>Trains; gives the model of the epoch with the highest accuracy, among equals the one with the least
    /// cross-entropy.</summary>
    public LinearModel Train()
    {
        var solver = new SgdOptions
        {
            Epochs = options.Epoch,
            BatchSize = options.BatchSize,
            LearningRate = epoch =>
                options.LearningRateScheduler?.RateAt(epoch, options.LearningRate, options.BatchSize) ?? options.LearningRate,
            Momentum = options.Momentum,
            Nesterov = options.Nesterov,
            L2Regularization = options.WeightDecay,
            Seed = options.Seed,
            Threads = options.Threads,
        };
        SgdSolver.Minimize(train, solver, afterEpoch: AfterEpoch, cancellation: options.Cancellation);
        return _best ?? throw new InvalidOperationException(
            $"Training diverged in the first epoch: the learning rate {options.LearningRate} is too high.");
    }

    private bool AfterEpoch(SgdEpoch epoch)
    {
        var model = epoch.CopyModel();
        double accuracy = 0, loss = 0;
        if (options.TestOnTrainSet || validation is null)
        {
            (accuracy, loss) = Measure(model, train);
            if (options.TestOnTrainSet)
                Report(ImageClassificationMetrics.Dataset.Train, epoch, accuracy, loss);
        }

        if (validation is not null)
        {
            (accuracy, loss) = Measure(model, validation);
            Report(ImageClassificationMetrics.Dataset.Validation, epoch, accuracy, loss);
        }

        if (accuracy > _bestAccuracy || (accuracy == _bestAccuracy && loss < _bestLoss))
            (_best, _bestAccuracy, _bestLoss) = (model, accuracy, loss);
        return !ShouldStop(accuracy, loss);
    }

    private bool ShouldStop(double accuracy, double loss)
    {
        if (options.EarlyStoppingCriteria is not { } criterion)
            return false;
        var value = criterion.Metric == EarlyStoppingMetric.Accuracy ? accuracy : loss;
        var good = criterion.CheckIncreasing ? value : -value;
        if (good > _stoppingBest + criterion.MinDelta || double.IsNegativeInfinity(_stoppingBest))
        {
            _stoppingBest = good;
            _waited = 0;
            return false;
        }

        return ++_waited >= criterion.Patience;
    }

    private void Report(ImageClassificationMetrics.Dataset dataset, SgdEpoch epoch, double accuracy, double loss) =>
        options.MetricsCallback?.Invoke(new ImageClassificationMetrics(
            new TrainMetrics(dataset, epoch.Epoch - 1, epoch.Batches, accuracy, loss, epoch.LearningRate), null));

    private static (double Accuracy, double CrossEntropy) Measure(LinearModel model, FeatureMatrix samples)
    {
        var scores = new float[model.ClassCount];
        double right = 0, loss = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            model.Scores(samples.Row(i), scores);
            right += Softmax.Largest(scores) == samples.Labels[i] ? 1 : 0;
            loss += Softmax.LogLoss(scores, samples.Labels[i]);
        }

        return (right / samples.Count, loss / samples.Count);
    }
}
