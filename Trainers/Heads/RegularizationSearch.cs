using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>
/// Chooses L2 by the log-loss of rows that were held out in turn, from strong to weak, each strength starting at the solution of
/// the one before. Large problems are judged on a part of the rows.
/// </summary>
internal static class RegularizationSearch
{
    public const double Fallback = 1;

    private const int Folds = 5;

    /// <summary>Rows x features x classes that are searched at most: about a second on two cores.</summary>
    private const double MostWork = 2e7;

    private static readonly double[] s_entropyGrid = [3000, 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1];
    private static readonly double[] s_svmGrid = [3000, 1000, 300, 100, 30, 10, 3];

    public static double Choose(TrainingSamples samples, LinearHeadOptions options)
    {
        var searched = Reduced(samples, options.Seed);
        if (SmallestClass(searched) < 2 || searched.ClassTotals().Count(total => total > 0) < 2)
            return Fallback;

        double best = Fallback, bestLoss = double.PositiveInfinity;
        var worse = 0;
        var folds = new HeadFoldRun(searched, options, Folds);
        foreach (var l2 in options.Solver == HeadSolver.Svm ? s_svmGrid : s_entropyGrid)
        {
            var loss = folds.LogLoss(l2);
            if (loss < bestLoss)
            {
                best = l2;
                bestLoss = loss;
                worse = 0;
            }
            else if (++worse == 2)
            {
                // The loss has one valley: twice uphill is enough.
                break;
            }
        }

        return best;
    }

    /// <summary>The scores of rows that were held out in turn, at a given L2; null where a class is too small for that.</summary>
    public static HeldOutScores? HeldOut(TrainingSamples samples, LinearHeadOptions options, double l2)
    {
        var searched = Reduced(samples, options.Seed);
        return SmallestClass(searched) < 2 ? null : new HeadFoldRun(searched, options, Folds, asGiven: true).HeldOut(l2);
    }

    private static TrainingSamples Reduced(TrainingSamples samples, int seed)
    {
        var work = (double)samples.Count * samples.FeatureCount * samples.ClassCount;
        if (work <= MostWork)
            return samples;

        var chosen = HeadFolds.HoldOut(samples.Labels, MostWork / work, seed, samples.Groups);
        return samples.Subset([.. Enumerable.Range(0, samples.Count).Where(i => chosen[i])]);
    }

    private static int SmallestClass(TrainingSamples samples)
    {
        // Rows of one group count as one.
        var seen = new HashSet<int>();
        var counts = new int[samples.ClassCount];
        for (var i = 0; i < samples.Count; i++)
        {
            if (samples.Groups.IsEmpty || seen.Add(samples.Groups[i]))
                counts[samples.Labels[i]]++;
        }

        return counts.Where(count => count > 0).Min();
    }
}
