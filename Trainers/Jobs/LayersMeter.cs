using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>Measures the training of layers, as <see cref="TrainingJob"/> would follow it for fewer epochs, against the default head
/// on the same folds of a part of the pictures.</summary>
internal sealed class LayersMeter
{
    private const int MostPictures = 1000;
    private const int MostFolds = 3;
    private const int MostEpochs = 5;

    private readonly JobFeatures _features;
    private readonly RecipeJobOptions _options;
    private readonly LinearHeadOptions _head;
    private readonly PictureSelection _selection;
    private readonly int[] _pictures;
    private readonly IReadOnlyList<DataSplit> _folds;

    /// <param name="features">The pooled features of the pictures.</param>
    /// <param name="options">The recipe's options, with how layers are trained.</param>
    /// <param name="head">The default head.</param>
    public LayersMeter(JobFeatures features, RecipeJobOptions options, LinearHeadOptions head)
    {
        (_features, _options, _head) = (features, options, head);
        _selection = new PictureSelection(features.Bank, "pooled", Augmentations.None, Augmentations.None);

        // Pictures with the same content count once, with the class of the first.
        int[] distinct = [.. Enumerable.Range(0, features.Rows.Count).Where(i => features.Groups[i] == i)];
        string[] Labels(IEnumerable<int> pictures) => [.. pictures.Select(i => features.Rows[i].Label)];
        _pictures = distinct.Length <= MostPictures ? distinct
            : [.. StratifiedSplit.TrainTest(Labels(distinct), MostPictures / (double)distinct.Length, options.Seed).Test
                .Select(i => distinct[i])];
        var fewest = Labels(_pictures).CountBy(l => l).Min(c => c.Value);
        _folds = fewest < 2 ? [] : StratifiedSplit.Folds(Labels(_pictures), Math.Min(MostFolds, fewest), options.Seed);
    }

    /// <summary>The last stage, all layers, and those that are to be trained; nothing where a class has one picture.</summary>
    /// <param name="ml">Makes data views.</param>
    /// <param name="data">The data set of the features.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="progress">Told how each training comes along.</param>
    public IReadOnlyList<RecipeCandidate> Measure(MLContext ml, ImageDataSet data, Backbone backbone, IJobProgress progress)
    {
        if (_folds.Count == 0)
            return [];

        // Every training shows the same pictures.
        var kept = new KeptPictures(backbone.Preprocessing, _options.Run.Decode, prepares: false,
            KeptPictures.RoomFor(_options.FineTuning!));
        var usual = Rights((fold, _) =>
            _features.IsRight(_selection, _features.Fit(_selection, _head, fold.Train), fold.Test));
        string[] ways = [.. new[] { FineTuningOptions.LastStage, FineTuningOptions.All, _options.FineTuning!.Layers }.Distinct()
            .Where(l => l != FineTuningOptions.LastStage || backbone.Stages.Count > 1)];
        return [.. ways.Select(layers => RecipeCandidate.Of($"training {layers}", HeadSolver.Lbfgs, _selection.Features,
            Rights((fold, number) => Trained(ml, data, backbone, kept, layers, fold,
                new NamedStages(progress, $"{layers}, fold {number} of {_folds.Count}"))), usual) with { Layers = layers })];
    }

    private IReadOnlyList<bool> Trained(MLContext ml, ImageDataSet data, Backbone backbone, KeptPictures kept, string layers,
        DataSplit fold, IJobProgress progress)
    {
        var training = _options.FineTuning! with
        {
            Layers = layers,
            Epochs = Math.Min(MostEpochs, _options.FineTuning!.Epochs),
            Checkpoints = null,
            StepEnded = null,
            EpochEnded = null,
        };
        var tuned = new FineTuner(training, _options.Seed, _options.Run.Threads, progress, _head.Cancellation).Run(
            TrainingJob.TaskOf(backbone, _features, kept, _head, fold.Train, "fold"));
        using var extractor = JobFeatures.Open(tuned.Backbone, _options with { UseCache = false });
        var shown = JobFeatures.Compute(ml, data.Subset(fold.Test.Select(i => _features.Rows[i].Index)), extractor, _options,
            progress, cancellation: _head.Cancellation);
        return shown.IsRight(_selection with { Bank = shown.Bank }, _features.HeadOf(tuned.Head),
            [.. Enumerable.Range(0, shown.Rows.Count)]);
    }

    /// <summary>Whether a way is right, for each of the pictures, fold after fold.</summary>
    private bool[] Rights(Func<DataSplit, int, IReadOnlyList<bool>> way) => [.. _folds.SelectMany((fold, i) => way(
        new DataSplit([.. fold.Train.Select(p => _pictures[p])], [.. fold.Test.Select(p => _pictures[p])]), i + 1))];
}
