using MlPipeline.Data.Splits;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;

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
    public static FeatureProbeResult Run(PictureSearchData data, IReadOnlyList<PictureSelection> candidates,
        IReadOnlyList<int>? examples = null, LinearHeadOptions? options = null, int folds = 5, Action<int>? progress = null)
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
        var work = (double)examples.Count * candidates.Max(c => c.Bank.CountOf(c.Features)) * data.ClassNames.Count;
        var kept = RegularizationSearch.Reduced(labels, groups, work, MostWork, options.Seed);
        examples = [.. kept.Select(i => examples[i])];
        labels = [.. kept.Select(i => labels[i])];
        groups = groups.Length == 0 ? groups : [.. kept.Select(i => groups[i])];
        DataSplit[] splits = [.. StratifiedSplit.Folds(labels, folds, options.Seed, groups, null)
            .Select(s => new DataSplit([.. s.Train.Select(i => examples[i])], [.. s.Test.Select(i => examples[i])]))
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

    private static FeatureProbeResult Choose(List<Judged> judged)
    {
        var best = judged.MinBy(j => j.Candidate.LogLoss)!;
        Judged[] close = [.. judged.Where(j => j == best || Excess(j, best) is var (mean, error) && mean <= error)];
        var chosen = close.OrderBy(j => j.Candidate.Features.Count(c => c == '+')).ThenBy(j => j.Candidate.Dimension)
            .ThenBy(j => j.Candidate.LogLoss).First();
        string reason;
        if (judged.Count == 1)
        {
            reason = "it is the only one";
        }
        else if (chosen != best)
        {
            (var mean, var error) = Excess(chosen, best);
            reason = "it is the simplest whose log-loss is within one standard error of the best one's "
                + $"({best.Candidate.Features}: {best.Candidate.LogLoss:0.000}; {mean:0.000} more, standard error {error:0.000})";
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
        var quick = options with
        {
            Solver = HeadSolver.Lbfgs,
            L1Regularization = 0,
            Threads = 1,
            Tolerance = 1e-5,
            MaximumIterations = null
        };
        var folds = CrossValidation.Run(splits.Length, options.Threads, f =>
        {
            var (rows, test) = (data.TrainingRows(candidate, splits[f].Train), data.TestRows(candidate, splits[f].Test));
            var fold = Fold.Prepare(rows, test, splits[f].Test, quick);
            return fold with { Train = LinearHead.Weighted(fold.Train, quick) };
        }, options.Cancellation);
        var validation = new CrossValidation(folds, options.Threads);
        var (strength, best) = s_path.Select(l2 => (L2: l2, Scores: validation.Score(quick, l2))).MinBy(p => p.Scores.LogLoss());
        var accuracies = best.Accuracies();
        var mean = accuracies.Average();
        var deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / Math.Max(1, accuracies.Length - 1));
        var losses = best.Losses();
        return new Judged(new FeatureCandidate(
            candidate.Features, candidate.Bank.CountOf(candidate.Features), mean, deviation, losses.Average(), strength), losses);
    }

    private sealed record Judged(FeatureCandidate Candidate, double[] Losses);
}

/// <summary>How well a linear head does on a set of features, on held-out pictures.</summary>
/// <param name="Features">The set, as <see cref="Backbone.WithFeatures"/> takes it.</param>
/// <param name="Dimension">How many features it has.</param>
/// <param name="Accuracy">The mean over the folds of the share of right pictures.</param>
/// <param name="Deviation">The standard deviation of that share between the folds.</param>
/// <param name="LogLoss">The mean over the pictures of -ln(probability of the true class).</param>
/// <param name="L2Regularization">The L2 regularisation that did best.</param>
public sealed record FeatureCandidate(string Features, int Dimension, double Accuracy, double Deviation, double LogLoss,
    double L2Regularization);

/// <summary>Which features a probe took.</summary>
/// <param name="Candidates">The candidates, in the order given.</param>
/// <param name="Chosen">The one that was taken.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FeatureProbeResult(IReadOnlyList<FeatureCandidate> Candidates, string Chosen, string Reason);
