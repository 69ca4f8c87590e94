using MlPipeline.Data.Splits;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>Measures the training of layers, as <see cref="TrainingJob"/> would follow it, against the default head on the same
/// folds. After the first fold the better rate of some layers goes on, if it is ahead of the default: what is not ahead by then
/// will not be advised.</summary>
internal sealed class LayersMeter
{
    private const int MostEpochs = 8;

    /// <summary>How many times the given rate is tried beside it.</summary>
    private const double Faster = 5;

    private readonly JobFeatures _features;
    private readonly RecipeJobOptions _options;
    private readonly FineTuningOptions _training;
    private readonly LinearHeadOptions _head;
    private readonly PictureSelection _selection;
    private readonly IReadOnlyList<DataSplit> _folds;

    /// <param name="features">The pooled features of the pictures.</param>
    /// <param name="options">The recipe's options, with how layers are trained.</param>
    /// <param name="head">The default head.</param>
    /// <param name="folds">The folds that all ways are compared on.</param>
    public LayersMeter(JobFeatures features, RecipeJobOptions options, LinearHeadOptions head, IReadOnlyList<DataSplit> folds)
    {
        (_features, _options, _head, _folds) = (features, options, head, folds);
        _training = options.FineTuning! with { Checkpoints = null, StepEnded = null, EpochEnded = null };
        _training = _training with { Epochs = Math.Min(MostEpochs, _training.Epochs) };
        _selection = new PictureSelection(features.Bank, "pooled", Augmentations.None, Augmentations.None);
    }

    /// <summary>The last stage, all layers, and those that are to be trained, each at the given rate and at a higher
    /// one.</summary>
    /// <param name="ml">Makes data views.</param>
    /// <param name="data">The data set of the features.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="usual">For each held-out picture, fold by fold, whether the default head is right.</param>
    /// <param name="progress">Told how each training comes along.</param>
    public IReadOnlyList<RecipeCandidate> Measure(
        MLContext ml, ImageDataSet data, Backbone backbone, IReadOnlyList<bool> usual, IJobProgress progress)
    {
        // Every training shows the same pictures.
        var room = KeptPictures.RoomFor(_training);
        var kept = new KeptPictures(backbone.Preprocessing, _options.Run.Decode, prepares: false, room);
        IReadOnlyList<bool> Rights(FineTuningOptions way, int fold) => Trained(ml, data, backbone, kept, way, _folds[fold],
            new NamedStages(progress, $"{NameOf(way)}, fold {fold + 1} of {_folds.Count}"));
        var tried = Ways(backbone).Select(way => (Way: way, Rights: Rights(way, 0))).ToArray();
        static int Count(IEnumerable<bool> rights) => rights.Count(right => right);
        FineTuningOptions[] ahead = [.. tried.GroupBy(t => t.Way.Layers).Select(ways => ways.MaxBy(t => Count(t.Rights)))
            .Where(t => Count(t.Rights) > Count(usual.Take(t.Rights.Count))).Select(t => t.Way)];
        return [.. tried.Select(t =>
        {
            bool[] rights = [.. t.Rights, .. ahead.Contains(t.Way)
                ? Enumerable.Range(1, _folds.Count - 1).SelectMany(fold => Rights(t.Way, fold)) : []];
            bool[] defaults = [.. usual.Take(rights.Length)];
            return RecipeCandidate.Of(NameOf(t.Way), HeadSolver.Lbfgs, _selection.Features, rights, defaults) with
            {
                Layers = t.Way.Layers,
                LearningRate = t.Way.LearningRate == _training.LearningRate ? null : t.Way.LearningRate,
            };
        })];
    }

    private IEnumerable<FineTuningOptions> Ways(Backbone backbone)
    {
        string[] layers = [.. new[] { FineTuningOptions.LastStage, FineTuningOptions.All, _training.Layers }.Distinct()
            .Where(l => l != FineTuningOptions.LastStage || backbone.Stages.Count > 1)];
        double[] rates = _training.FindLearningRate ? [_training.LearningRate]
            : [_training.LearningRate, Faster * _training.LearningRate];
        return layers.SelectMany(_ => rates, (layer, rate) => _training with { Layers = layer, LearningRate = rate });
    }

    private string NameOf(FineTuningOptions way) => $"training {way.Layers}"
        + (way.LearningRate == _training.LearningRate ? "" : $" at a rate of {way.LearningRate:0.#####}");

    private IReadOnlyList<bool> Trained(MLContext ml, ImageDataSet data, Backbone backbone, KeptPictures kept,
        FineTuningOptions way, DataSplit fold, IJobProgress progress)
    {
        FineTunedNetwork tuned;
        try
        {
            tuned = new FineTuner(way, _options.Seed, _options.Run.Threads, progress, _head.Cancellation).Run(
                TrainingJob.TaskOf(backbone, _features, kept, _head, fold.Train, "fold"));
        }
        catch (DivergedException)
        {
            // No classifier comes of it: it is right for none.
            return [.. fold.Test.Select(_ => false)];
        }

        using var extractor = JobFeatures.Open(tuned.Backbone, _options with { UseCache = false });
        var shown = JobFeatures.Compute(ml, data.Subset(fold.Test.Select(i => _features.Rows[i].Index)), extractor, _options,
            progress, cancellation: _head.Cancellation);
        return shown.IsRight(_selection with { Bank = shown.Bank }, _features.HeadOf(tuned.Head),
            [.. Enumerable.Range(0, shown.Rows.Count)]);
    }
}
