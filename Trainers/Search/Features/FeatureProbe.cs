using MlPipeline.Data;
using MlPipeline.Optimizers;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// Chooses features by cross-validation: for each set, maximum entropy heads along a path of L2 regularisations, on the same
/// folds for all. The simplest set is taken whose log-loss is within one standard error of the best one's (Breiman, Friedman,
/// Olshen and Stone 1984); the error is that of the difference on the same pictures.
/// </summary>
public static class FeatureProbe
{
    /// <summary>Pictures x features x classes that are judged on at most.</summary>
    private const double MostWork = 5e7;

    private static readonly double[] s_path = [1000, 300, 100, 30, 10, 3, 1, 0.3];

    /// <summary>Probes sets of features.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="examples">Those to judge by; null for all.</param>
    /// <param name="candidates">The sets with their views.</param>
    /// <param name="options">Scaling, balance, seed and threads of the heads; null for the defaults.</param>
    /// <param name="folds">At least 2.</param>
    /// <param name="progress">Told the number of candidates that are done.</param>
    public static FeatureProbeResult Run(PictureSearchData data, IReadOnlyList<PictureSelection> candidates, IReadOnlyList<int>? examples = null,
        LinearHeadOptions? options = null, int folds = 5, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (candidates.Count == 0)
            throw new ArgumentException("There is no set of features to probe.", nameof(candidates));

        options ??= new LinearHeadOptions();
        examples ??= [.. Enumerable.Range(0, data.Count)];
        int[] labels = [.. examples.Select(data.LabelOf)];
        int[] groups = data.Groups is { } known ? [.. examples.Select(e => known[e])] : [];
        examples = Reduced(examples, labels, groups, candidates.Max(c => c.Bank.CountOf(c.Features)), data.ClassNames.Count, options.Seed, out var kept);
        labels = [.. labels.Where((_, i) => kept[i])];
        groups = [.. groups.Where((_, i) => kept[i])];
        var fold = HeadFolds.Assign(labels, folds, options.Seed, groups);
        DataSplit[] splits = [.. Enumerable.Range(0, folds)
            .Select(f => new DataSplit([.. examples.Where((_, i) => fold[i] != f)], [.. examples.Where((_, i) => fold[i] == f)]))
            .Where(s => s.Test.Count > 0 && s.Train.Count > 0)];
        if (splits.Length == 0)
            throw new ArgumentException($"{examples.Count} pictures are too few to hold any out.", nameof(examples));

        List<Judged> judged = [];
        foreach (var candidate in candidates)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            judged.Add(Judge(data, candidate, splits, options));
            progress?.Invoke(judged.Count);
        }

        return Choose(judged);
    }

    // Large problems are judged on a part of the pictures.
    private static int[] Reduced(IReadOnlyList<int> examples, int[] labels, int[] groups, int features, int classes, int seed, out bool[] kept)
    {
        var work = (double)examples.Count * features * classes;
        kept = work <= MostWork ? [.. Enumerable.Repeat(true, labels.Length)] : HeadFolds.HoldOut(labels, MostWork / work, seed, groups);
        var chosen = kept;
        return [.. examples.Where((_, i) => chosen[i])];
    }

    private static FeatureProbeResult Choose(List<Judged> judged)
    {
        var best = judged.MinBy(j => j.Candidate.LogLoss)!;
        Judged[] close = [.. judged.Where(j => j == best || Excess(j, best) is var (mean, error) && mean <= error)];
        var chosen = close.OrderBy(j => j.Candidate.Features.Count(c => c == '+')).ThenBy(j => j.Candidate.Dimension).ThenBy(j => j.Candidate.LogLoss).First();
        string reason;
        if (judged.Count == 1)
        {
            reason = "it is the only one";
        }
        else if (chosen != best)
        {
            (var mean, var error) = Excess(chosen, best);
            reason = $"it is the simplest whose log-loss is within one standard error of the best one's ({best.Candidate.Features}: {best.Candidate.LogLoss:0.000}; "
                + $"{mean:0.000} more, standard error {error:0.000})";
        }
        else
        {
            reason = close.Length > 1
                ? "it has the lowest log-loss, and nothing simpler is within one standard error of it"
                : "it has the lowest log-loss, and nothing else is within one standard error of it";
        }

        return new FeatureProbeResult([.. judged.Select(j => j.Candidate)], chosen.Candidate.Features, reason);
    }

    // The mean difference of the losses of the same pictures, and its standard error.
    private static (double Mean, double Error) Excess(Judged one, Judged best)
    {
        double[] differences = [.. one.Losses.Zip(best.Losses, (a, b) => a - b)];
        var mean = differences.Average();
        var variance = differences.Sum(d => (d - mean) * (d - mean)) / Math.Max(1, differences.Length - 1);
        return (mean, Math.Sqrt(variance / differences.Length));
    }

    private static Judged Judge(PictureSearchData data, PictureSelection candidate, DataSplit[] splits, LinearHeadOptions options)
    {
        var losses = new double[splits.Length][][];
        var right = new double[splits.Length][];
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        Parallel.For(0, splits.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, fold =>
        {
            (losses[fold], right[fold]) = Follow(data, candidate, splits[fold], options with { Solver = HeadSolver.Lbfgs, L1Regularization = 0, Threads = 1, Progress = null });
        });

        var strength = Enumerable.Range(0, s_path.Length).MinBy(p => losses.Sum(fold => fold[p].Sum()));
        double[] accuracies = [.. right.Select(fold => fold[strength])];
        var mean = accuracies.Average();
        var deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / Math.Max(1, accuracies.Length - 1));
        double[] all = [.. losses.SelectMany(fold => fold[strength])];
        return new Judged(new FeatureCandidate(candidate.Features, candidate.Bank.CountOf(candidate.Features), mean, deviation, all.Average(), s_path[strength]), all);
    }

    /// <summary>The losses of the held-out pictures and the share that is right, for each strength along the path; each start is
    /// the end before.</summary>
    private static (double[][] Losses, double[] Right) Follow(PictureSearchData data, PictureSelection candidate, DataSplit split, LinearHeadOptions options)
    {
        var rows = data.TrainingRows(candidate, split.Train);
        var test = data.TestRows(candidate, split.Test);
        FeatureScaling scaling = FeatureScaling.Measure(rows, HeadTraining.PowerOf(options.Scaling));
        scaling.ApplyInPlace(rows);
        scaling.ApplyInPlace(test);
        if (options.BalanceClasses)
            rows = rows.WithClassWeights(rows.BalancedClassWeights());

        if (SampleSpace.Pays(rows))
        {
            SampleSpace space = SampleSpace.Of(rows, options.Threads);
            (rows, test) = (space.Rows, space.Project(test));
        }

        var losses = new double[s_path.Length][];
        var right = new double[s_path.Length];
        var scores = new float[test.ClassCount];
        LinearModel? model = null;
        for (var p = 0; p < s_path.Length; p++)
        {
            model = HeadSolve.Run(rows, options with { Tolerance = 1e-5, MaximumIterations = null }, s_path[p], model);
            losses[p] = new double[test.Count];
            for (var i = 0; i < test.Count; i++)
            {
                model.Scores(test.Features(i), scores);
                right[p] += Array.IndexOf(scores, scores.Max()) == test.Labels[i] ? 1.0 / test.Count : 0;
                LinearModel.Softmax(scores);
                losses[p][i] = -Math.Log(Math.Max(scores[test.Labels[i]], 1e-15));
            }
        }

        return (losses, right);
    }

    private sealed record Judged(FeatureCandidate Candidate, double[] Losses);
}
