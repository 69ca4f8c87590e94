using System.Runtime.ExceptionServices;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Evaluation;

/// <summary>Rows to train a head on and held-out rows, in the same coordinates.</summary>
/// <param name="Train">The rows that are trained on.</param>
/// <param name="Test">The rows that are held out.</param>
/// <param name="Rows">What place each held-out row has among all rows.</param>
internal sealed record Fold(FeatureMatrix Train, FeatureMatrix Test, IReadOnlyList<int> Rows)
{
    /// <summary>Rows that were scaled as a whole already; held-out rows are copied too.</summary>
    public static Fold Of(FeatureMatrix all, DataSplit split) => new(all.Subset(split.Train), all.Subset(split.Test), split.Test);

    /// <summary>
    /// Scales both where they lie by what the rows to train on say, and turns them into the space that these span where that pays
    /// and there is no L1, which depends on the axes.
    /// </summary>
    public static Fold Prepare(FeatureMatrix train, FeatureMatrix test, IReadOnlyList<int> rows, LinearHeadOptions options)
    {
        var scaling = FeatureScaling.Measure(train, LinearHead.PowerOf(options.Scaling));
        scaling.ApplyInPlace(train);
        scaling.ApplyInPlace(test);
        if (options.L1Regularization != 0 || !SampleSpace.Pays(train))
            return new Fold(train, test, rows);
        var space = SampleSpace.Of(train, options.Threads);
        return new Fold(space.Rows, space.Project(test), rows);
    }
}

/// <summary>
/// Heads trained on all folds but one in turn, which score that one: along a path of options, each start is the end before. Folds
/// run side by side; the result does not depend on it.
/// </summary>
internal sealed class CrossValidation(IReadOnlyList<Fold> folds, int threads)
{
    private readonly LinearModel?[] _models = new LinearModel?[folds.Count];

    /// <summary>The folds in which a matrix is held out; a class may have fewer rows than there are folds.</summary>
    public static IReadOnlyList<DataSplit> Splits(FeatureMatrix matrix, int count, int seed) =>
        StratifiedSplit.Folds(matrix.Labels.ToArray(), count, seed, matrix.Groups.ToArray(), null);

    /// <summary>Does something with each fold, side by side. Of several failures that of the first fold is thrown.</summary>
    /// <param name="count">The number of folds.</param>
    /// <param name="threads">Most threads; 0 for all cores.</param>
    /// <param name="work">What to do with the fold of a number.</param>
    /// <param name="cancellation">Stops before the next fold.</param>
    public static T[] Run<T>(int count, int threads, Func<int, T> work, CancellationToken cancellation = default)
    {
        var results = new T[count];
        var failures = new Exception?[count];
        Work.ForEach(count, threads == 0 ? Environment.ProcessorCount : threads, fold =>
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                results[fold] = work(fold);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failures[fold] = error;
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }

    /// <summary>The scores of all held-out rows.</summary>
    public HeldOutScores Score(LinearHeadOptions options, double l2)
    {
        var single = options with { Threads = 1, Progress = null };
        var scores = Run(folds.Count, threads, f =>
        {
            var model = _models[f] = HeadSolve.Run(folds[f].Train, single, l2, _models[f]);
            return Enumerable.Range(0, folds[f].Test.Count).Select(i => Scores(model, folds[f].Test.Row(i))).ToArray();
        }, options.Cancellation);
        return new HeldOutScores(folds, scores);
    }

    private static float[] Scores(LinearModel model, ReadOnlySpan<float> row)
    {
        var scores = new float[model.ClassCount];
        model.Scores(row, scores);
        return scores;
    }
}

/// <summary>Linear scores of rows by heads that were trained without them, fold after fold: what L2, calibration, abstention and
/// features are chosen by.</summary>
internal sealed class HeldOutScores(IReadOnlyList<Fold> folds, float[][][] scoresOfFolds)
{
    private readonly float[][] _scores = [.. scoresOfFolds.SelectMany(fold => fold)];
    private readonly int[] _labels = [.. folds.SelectMany(fold => fold.Test.Labels.ToArray())];
    private readonly double[] _weights =
        [.. folds.SelectMany(fold => Enumerable.Range(0, fold.Test.Count).Select(i => (double)fold.Test.WeightOf(i)))];

    /// <summary>The log-loss of each row.</summary>
    /// <param name="factor">What the scores are multiplied with.</param>
    public double[] Losses(double factor = 1) => [.. _scores.Select((row, i) => Softmax.LogLoss(row, _labels[i], factor))];

    /// <summary>The weighted mean of the log-losses.</summary>
    /// <param name="factor">What the scores are multiplied with.</param>
    public double LogLoss(double factor = 1) =>
        Losses(factor).Zip(_weights, (loss, weight) => loss * weight).Sum() / _weights.Sum();

    /// <summary>The share of each fold's rows that are right.</summary>
    public double[] Accuracies() => [.. folds.Select((fold, f) =>
        scoresOfFolds[f].Where((row, i) => Softmax.Largest(row) == fold.Test.Labels[i]).Count() / (double)fold.Test.Count)];

    /// <summary>The factor on the scores with the least log-loss.</summary>
    public double Factor() => TemperatureScaling.Fit(_scores, _labels);

    /// <summary>The lowest confidence at which answers have a precision.</summary>
    /// <param name="targetPrecision">The share of right answers.</param>
    /// <param name="factor">The factor that calibration puts on the scores.</param>
    public AbstentionThreshold Abstention(double targetPrecision, double factor)
    {
        var confidences = new double[_scores.Length];
        var correct = new bool[_scores.Length];
        for (var i = 0; i < correct.Length; i++)
        {
            float[] row = [.. _scores[i].Select(score => (float)(score * factor))];
            Softmax.Apply(row);
            var best = Softmax.Largest(row);
            confidences[i] = row[best];
            correct[i] = best == _labels[i];
        }

        return AbstentionThreshold.Choose(confidences, correct, targetPrecision);
    }
}
