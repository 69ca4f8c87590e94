using System.Collections.Concurrent;
using MlPipeline.Data.Splits;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Search;

/// <summary>The value of a point of a search: heads are trained with its options and judged on rows that were held out.</summary>
internal sealed class HeadObjective : ISearchObjective
{
    // Parts of the training rows, of nine, that a trial with one held-out part is judged on before all are used.
    private static readonly int[] s_parts = [1, 3, 9];

    // What is kept of rows that later trials may ask for again.
    private const long MostPreparedBytes = 256L << 20;

    // Seeds of neighbouring searches do not share their repeats.
    private const int RepeatStep = 1_000_003;

    private readonly HeadSearchData _data;
    private readonly HeadExperimentOptions _options;
    private readonly IReadOnlyList<DataSplit> _splits;
    private readonly int _threads;
    private readonly ConcurrentDictionary<string, Fold> _prepared = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> _losses = new(StringComparer.Ordinal);
    private long _preparedBytes;

    public HeadObjective(HeadSearchData data, HeadExperimentOptions options)
    {
        _data = data;
        _options = options;
        _splits = data.GivenSplit is { } given ? [given]
            : [.. Enumerable.Range(0, options.Folds > 0 ? options.Repeats : 1).SelectMany(
            r => Splits(data, options.Folds, options.TestFraction, options.Seed + r * RepeatStep))];
        _threads = Math.Max(1, (options.Threads == 0 ? Environment.ProcessorCount : options.Threads) / options.Parallel);
    }

    public static IReadOnlyList<DataSplit> Splits(HeadSearchData data, int folds, double testFraction, int seed)
    {
        int[] labels = [.. Enumerable.Range(0, data.Count).Select(data.LabelOf)];
        return folds > 0
            ? StratifiedSplit.Folds(labels, folds, seed, data.Groups, data.ClassNames)
            : [StratifiedSplit.TrainTest(labels, testFraction, seed, data.Groups, data.ClassNames)];
    }

    /// <inheritdoc/>
    public string Subject()
    {
        var data = _options.Subject ?? $"rows {_data.Digest()}";
        var how = _options.Folds == 0 ? $"{_options.TestFraction:R} held out"
            : _options.Repeats == 1 ? $"{_options.Folds} folds"
            : $"{_options.Repeats} x {_options.Folds} folds";
        return $"{_options.Metric} by {how} on {data}";
    }

    /// <inheritdoc/>
    public LinearHeadOptions OptionsOf(Parameter parameters) =>
        HeadSpace.OptionsOf(_data.HeadPart(parameters), _options.Head) with { Seed = _options.Seed };

    /// <inheritdoc/>
    public double Value(Trial trial, CancellationToken cancellation)
    {
        var options = OptionsOf(trial.Parameters) with { Cancellation = cancellation };
        if (_options.Pruner is NoPruner)
            return Mean(trial.Parameters, options, _options.Metric);
        options = options with { Threads = _threads };
        double sum = 0, last = 0;
        if (_splits.Count == 1)
        {
            foreach (var part in s_parts)
            {
                int[] rows = [.. _splits[0].Train.Where((_, i) => i % s_parts[^1] < part)];
                last = Judge(trial.Parameters, $"part {part}", rows, _splits[0].Test, options, _options.Metric);
                trial.Report(part, last);
                if (part < s_parts[^1])
                    trial.ThrowIfPruned();
            }

            return last;
        }

        for (var split = 0; split < _splits.Count; split++)
        {
            sum += Judge(trial.Parameters, split, options, _options.Metric);
            trial.Report(split + 1, sum / (split + 1));
            if (split + 1 < _splits.Count)
                trial.ThrowIfPruned();
        }

        return sum / _splits.Count;
    }

    /// <summary>Of the trials with the best value the one with the lowest log-loss, if it is better than the first by more than
    /// chance would have it.</summary>
    /// <inheritdoc/>
    public TrialRecord Choose(IReadOnlyList<TrialRecord> trials, TrialRecord best, bool hasStart, CancellationToken cancellation)
    {
        if (_options.Metric == HeadMetric.LogLoss)
            return best;
        // Those of repeated folds are the same rows again.
        var rows = _splits.Sum(s => s.Test.Count) / (_options.Folds > 0 ? _options.Repeats : 1);
        if (hasStart && IsWithinChance(trials[0], best, rows, _options.StandardErrors))
            return trials[0];
        TrialRecord[] equal = [.. trials.Where(t => t.State == TrialState.Complete && t.Value == best.Value)];
        return equal.Length > 1 && !cancellation.IsCancellationRequested
            ? equal.MinBy(t => Mean(t.Parameters, OptionsOf(t.Parameters), HeadMetric.LogLoss))! : best;
    }

    /// <summary>Whether a share of right rows is no further above the first trial's than so many of its standard errors: the
    /// highest of many values on few rows is high by luck, and its point no better than one that was chosen with care
    /// beforehand.</summary>
    public static bool IsWithinChance(TrialRecord first, TrialRecord best, int rows, double standardErrors)
    {
        if (standardErrors == 0 || first is not { State: TrialState.Complete, Value: { } begun })
            return false;
        var share = Math.Clamp(best.Value!.Value, 0, 1);
        return best.Value.Value - begun <= standardErrors * Math.Sqrt(share * (1 - share) / rows);
    }

    /// <summary>The mean over all splits, side by side.</summary>
    private double Mean(Parameter point, LinearHeadOptions options, HeadMetric metric)
    {
        options = options with { Threads = Math.Max(1, _threads / _splits.Count) };
        return CrossValidation.Run(_splits.Count, _threads, split => Judge(point, split, options, metric)).Average();
    }

    /// <summary>The steps of a trial that is not ended early.</summary>
    public static int Steps(int folds) => folds > 0 ? folds : s_parts[^1];

    private double Judge(Parameter point, int split, LinearHeadOptions options, HeadMetric metric) =>
        Judge(point, $"{split}", _splits[split].Train, _splits[split].Test, options, metric);

    private double Judge(Parameter point, string split, IReadOnlyList<int> train, IReadOnlyList<int> test,
        LinearHeadOptions options,
        HeadMetric metric)
    {
        var key = $"{split} {point.ToJson()}";
        if (metric == HeadMetric.LogLoss && _losses.TryGetValue(key, out var known))
            return known;
        var fold = Prepare(point, split, train, test, options);

        // Which class is largest does not depend on calibration, which is most of the work for the SVM.
        var isWhole = metric == HeadMetric.LogLoss || options.L2Regularization is null;
        var model = isWhole
            ? LinearHead.FitScaled(fold.Train, options).Model
            : HeadSolve.Run(LinearHead.Weighted(fold.Train, options), options, options.L2Regularization!.Value, null);
        var scores = HeadScores.Measure(model, fold.Test);

        // Of trials with the same value the log-loss is asked later.
        if (isWhole || (options.Solver != HeadSolver.Svm && !options.Calibrate))
            _losses.TryAdd(key, scores.LogLoss);
        return scores.Of(metric);
    }

    /// <summary>The scaled rows of a split, with as few coordinates as do; trials that differ in the head alone share
    /// them.</summary>
    private Fold Prepare(Parameter point, string split, IReadOnlyList<int> train, IReadOnlyList<int> test,
        LinearHeadOptions options)
    {
        var choice = Parameter.CreateNestedParameter([.. point.Where(p => _data.Choices.ContainsKey(p.Key))]);
        var key = $"{split} {options.Scaling} {choice.ToJson()}";
        var turns = options.L1Regularization == 0;
        if (turns && _prepared.TryGetValue(key, out var known))
            return known;
        var rows = _data.TrainingRows(point, train);
        var features = rows.FeatureCount;
        var fold = Fold.Prepare(rows, _data.TestRows(point, test), test, options);
        var bytes = sizeof(float) * (long)(fold.Train.Count + fold.Test.Count) * fold.Train.FeatureCount;
        if (turns && fold.Train.FeatureCount < features && Interlocked.Add(ref _preparedBytes, bytes) <= MostPreparedBytes)
            _prepared.TryAdd(key, fold);
        return fold;
    }
}
