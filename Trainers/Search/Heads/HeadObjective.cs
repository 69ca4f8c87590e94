using System.Collections.Concurrent;
using MlPipeline.Data;
using MlPipeline.Optimizers;

namespace MlPipeline.Trainers.Search;

/// <summary>The value of a point of a search: heads are trained with its options and judged on rows that were held out.</summary>
internal sealed class HeadObjective
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
    private readonly ConcurrentDictionary<string, Prepared> _prepared = new(StringComparer.Ordinal);
    private long _preparedBytes;

    public HeadObjective(HeadSearchData data, HeadExperimentOptions options)
    {
        _data = data;
        _options = options;
        _splits = [.. Enumerable.Range(0, options.Folds > 0 ? options.Repeats : 1).SelectMany(
            r => Splits(data, options.Folds, options.TestFraction, options.Seed + r * RepeatStep))];
        _threads = Math.Max(1, (options.Threads == 0 ? Environment.ProcessorCount : options.Threads) / options.Parallel);
    }

    public static IReadOnlyList<DataSplit> Splits(HeadSearchData data, int folds, double testFraction, int seed)
    {
        var labels = new string[data.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = $"{data.LabelOf(i):D9}";

        return folds > 0
            ? StratifiedSplit.Folds(labels, folds, seed, data.Groups)
            : [StratifiedSplit.TrainTest(labels, testFraction, seed, data.Groups)];
    }

    /// <summary>What is measured on what, for the study file.</summary>
    public string Subject()
    {
        var data = _options.Subject ?? $"rows {_data.Digest()}";
        var how = _options.Folds == 0 ? $"{_options.TestFraction:R} held out" : _options.Repeats == 1 ? $"{_options.Folds} folds" : $"{_options.Repeats} x {_options.Folds} folds";
        return $"{_options.Metric} by {how} on {data}";
    }

    public LinearHeadOptions OptionsOf(Parameter parameters) => HeadSpace.OptionsOf(_data.HeadPart(parameters), _options.Head) with { Seed = _options.Seed };

    public double Value(Trial trial, CancellationToken cancellation)
    {
        var options = OptionsOf(trial.Parameters) with { Cancellation = cancellation };
        if (_options.Pruner is NoPruner)
        {
            var values = new double[_splits.Count];
            var inner = Math.Max(1, _threads / _splits.Count);
            Run(_splits.Count, split => values[split] = Judge(trial.Parameters, $"{split}", _splits[split].Train, _splits[split].Test, options with { Threads = inner }));
            return values.Average();
        }

        options = options with { Threads = _threads };
        double sum = 0, last = 0;
        if (_splits.Count == 1)
        {
            foreach (var part in s_parts)
            {
                int[] rows = [.. _splits[0].Train.Where((_, i) => i % s_parts[^1] < part)];
                last = Judge(trial.Parameters, $"part {part}", rows, _splits[0].Test, options);
                trial.Report(part, last);
                if (part < s_parts[^1])
                    trial.ThrowIfPruned();
            }

            return last;
        }

        for (var split = 0; split < _splits.Count; split++)
        {
            sum += Judge(trial.Parameters, $"{split}", _splits[split].Train, _splits[split].Test, options);
            trial.Report(split + 1, sum / (split + 1));
            if (split + 1 < _splits.Count)
                trial.ThrowIfPruned();
        }

        return sum / _splits.Count;
    }

    /// <summary>
    /// The trial to take: of those with the best value the one with the lowest log-loss, if it is better than the one that the search
    /// began with by more than chance would have it. The highest of many values on few rows is high by luck, and its point no better
    /// than one that was chosen with care beforehand.
    /// </summary>
    /// <param name="trials">All trials.</param>
    /// <param name="best">One with the best value.</param>
    /// <param name="hasStart">Whether the first is the one that the search began with.</param>
    /// <param name="cancellation">Ends it with <paramref name="best"/>.</param>
    public TrialRecord Choose(IReadOnlyList<TrialRecord> trials, TrialRecord best, bool hasStart, CancellationToken cancellation)
    {
        if (_options.Metric == HeadMetric.LogLoss)
            return best;

        if (hasStart && trials[0] is { State: TrialState.Complete, Value: { } begun })
        {
            // The variance of a share of independent rows; those of repeated folds are the same rows again.
            var share = Math.Clamp(best.Value!.Value, 0, 1);
            var rows = _splits.Sum(s => s.Test.Count) / (_options.Folds > 0 ? _options.Repeats : 1);
            var error = Math.Sqrt(share * (1 - share) / rows);
            if (_options.StandardErrors > 0 && best.Value.Value - begun <= _options.StandardErrors * error)
                return trials[0];
        }

        TrialRecord[] equal = [.. trials.Where(t => t.State == TrialState.Complete && t.Value == best.Value)];
        return equal.Length > 1 && !cancellation.IsCancellationRequested ? equal.MinBy(t => LogLoss(t.Parameters))! : best;
    }

    private double LogLoss(Parameter point)
    {
        var values = new double[_splits.Count];
        var options = OptionsOf(point) with { Threads = Math.Max(1, _threads / _splits.Count) };
        Run(_splits.Count, split => values[split] = Judge(point, $"{split}", _splits[split].Train, _splits[split].Test, options, HeadMetric.LogLoss));
        return values.Average();
    }

    /// <summary>The steps of a trial that is not ended early.</summary>
    public static int Steps(int folds) => folds > 0 ? folds : s_parts[^1];

    private void Run(int count, Action<int> work)
    {
        if (_threads == 1 || count == 1)
        {
            for (var i = 0; i < count; i++)
                work(i);

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _threads }, work);
        }
        catch (AggregateException error)
        {
            // The first of the folds that failed speaks for all.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error.InnerExceptions[0]).Throw();
        }
    }

    private double Judge(Parameter point, string split, IReadOnlyList<int> train, IReadOnlyList<int> test, LinearHeadOptions options,
        HeadMetric? metric = null)
    {
        metric ??= _options.Metric;
        var prepared = Prepare(point, split, train, test, options);
        LinearModel model;
        if (metric == HeadMetric.LogLoss || options.L2Regularization == null || options.ClassWeights != null)
        {
            model = HeadTraining.TrainScaled(prepared.Rows, options, _data.ClassNames, null).Model;
        }
        else
        {
            // Which class is largest does not depend on calibration, which is most of the work for the SVM.
            var weighed = options.BalanceClasses ? prepared.Rows.WithClassWeights(prepared.Rows.BalancedClassWeights()) : prepared.Rows;
            model = HeadSolve.Run(weighed, options, options.L2Regularization.Value, null);
        }

        return HeadScores.Measure(model, prepared.Test).Of(metric.Value);
    }

    /// <summary>The scaled rows of a split, with as few coordinates as do; trials that differ in the head alone share
    /// them.</summary>
    private Prepared Prepare(Parameter point, string split, IReadOnlyList<int> train, IReadOnlyList<int> test, LinearHeadOptions options)
    {
        Parameter choice = Parameter.CreateNestedParameter([.. point.Where(p => _data.Choices.ContainsKey(p.Key))]);
        var key = $"{split} {options.Scaling} {choice.ToJson()}";
        var turns = options.L1Regularization == 0;
        if (turns && _prepared.TryGetValue(key, out var known))
            return known;

        TrainingSamples rows = _data.TrainingRows(point, train), held = _data.TestRows(point, test);
        FeatureScaling scaling = FeatureScaling.Measure(rows, HeadTraining.PowerOf(options.Scaling));
        scaling.ApplyInPlace(rows);
        scaling.ApplyInPlace(held);
        if (!turns || !SampleSpace.Pays(rows))
            return new Prepared(rows, held);

        SampleSpace space = SampleSpace.Of(rows, options.Threads);
        var prepared = new Prepared(space.Rows, space.Project(held));
        var bytes = sizeof(float) * (long)(rows.Count + held.Count) * space.Rows.FeatureCount;
        if (Interlocked.Add(ref _preparedBytes, bytes) <= MostPreparedBytes)
            _prepared.TryAdd(key, prepared);

        return prepared;
    }

    private sealed record Prepared(TrainingSamples Rows, TrainingSamples Test);
}
