using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Heads;

/// <summary>
/// Chooses L2 by the log-loss of rows that were held out in turn, from strong to weak, each strength starting at the solution of
/// the one before. Large problems are judged on a part of the rows, and what suits it is brought to all by the root of their
/// ratio.
/// </summary>
/// <remarks>
/// The best L2 against a sum of losses lies between what does not depend on the number of rows (where the model is true) and what
/// grows as they do. Measured with 512 features: on 10 classes, 30 for 400 rows of each and for 6,000; on 200 classes, 3 for 10
/// rows of each, 10 for 20, 30 for 50, 100 for 250. With less than a fifth of the rows, the root would be too far from either.
/// </remarks>
internal static class RegularizationSearch
{
    public const double Fallback = 1;

    private const int Folds = 5;

    // Where there are many rows, two of the folds say enough.
    private const int FoldsOfMany = 2;

    /// <summary>Rows x features x classes that are searched whole: about a second on two cores.</summary>
    private const double MostWork = 2e7;

    private const double LeastPart = 0.2;

    /// <summary>Rows of a class, in the mean, that are judged on at least, where there are as many.</summary>
    private const int LeastOfClass = 20;

    private static readonly double[] s_entropyGrid = [3000, 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1];
    private static readonly double[] s_svmGrid = [3000, 1000, 300, 100, 30, 10, 3];

    public static double Choose(FeatureMatrix matrix, LinearHeadOptions options)
    {
        var searched = Searched(matrix, options.Seed);
        if (searched is null)
            return Fallback;
        double best = Fallback, bestLoss = double.PositiveInfinity;
        var worse = 0;
        var (validation, quick) = Validation(searched, options, asGiven: false);
        foreach (var l2 in options.Solver == HeadSolver.Svm ? s_svmGrid : s_entropyGrid)
        {
            // Margins say nothing of probabilities until the factor is known that suits them best.
            var scores = validation.Score(quick, l2);
            var loss = scores.LogLoss(quick.Solver == HeadSolver.Svm ? scores.Factor() : 1);
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

        return best * Growth(searched, matrix);
    }

    /// <summary>The scores of rows that were held out in turn, at the L2 of all rows; null where fewer than two classes have two
    /// rows.</summary>
    public static HeldOutScores? HeldOut(FeatureMatrix matrix, LinearHeadOptions options, double l2)
    {
        var searched = Searched(matrix, options.Seed);
        if (searched is null)
            return null;
        var (validation, quick) = Validation(searched, options, asGiven: true);
        return validation.Score(quick, l2 / Growth(searched, matrix));
    }

    /// <summary>The part of the examples, with all their classes, that a problem of some size is judged on.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="groups">What is not parted; empty when each stands alone.</param>
    /// <param name="work">Rows x features x classes.</param>
    /// <param name="most">The most of that, unless the classes would have too few rows.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static IReadOnlyList<int> Reduced(IReadOnlyList<int> labels, IReadOnlyList<int> groups, double work, double most,
        int seed) =>
        Math.Max(most / work, (double)LeastOfClass * labels.Distinct().Count() / labels.Count) is < 1 and var share
            ? StratifiedSplit.TrainTest(labels, share, seed, groups, null).Test
            : [.. Enumerable.Range(0, labels.Count)];

    // Gradient descent reaches the minimum that L-BFGS reaches sooner and can start from, unless its own scores are wanted.
    private static (CrossValidation Validation, LinearHeadOptions Options) Validation(FeatureMatrix matrix,
        LinearHeadOptions options, bool asGiven)
    {
        var keep = options.Solver == HeadSolver.Svm || (asGiven && options.Solver == HeadSolver.Sgd);
        var folds = CrossValidation.Splits(matrix, Folds, options.Seed)
            .Where(split => split.Test.Count > 0 && split.Train.Count > 0)
            .Take(WorkOf(matrix) > MostWork ? FoldsOfMany : Folds)
            .Select(split => Fold.Of(matrix, split)).ToArray();
        return (new CrossValidation(folds, options.Threads), options with
        {
            Solver = keep ? options.Solver : HeadSolver.Lbfgs,
            Tolerance = options.Solver == HeadSolver.Svm ? options.Tolerance : 1e-5,
            MaximumIterations = keep && options.Solver == HeadSolver.Sgd ? options.MaximumIterations : null,
        });
    }

    /// <summary>Rows that can be held out in turn: not those of a class that would be left without any. Null where that leaves
    /// fewer than two classes.</summary>
    private static FeatureMatrix? Searched(FeatureMatrix matrix, int seed)
    {
        var work = WorkOf(matrix);
        var kept = Reduced(matrix.Labels.ToArray(), matrix.Groups.ToArray(), work, Math.Max(MostWork, LeastPart * work), seed);
        var reduced = kept.Count == matrix.Count ? matrix : matrix.Subset(kept);
        var units = reduced.ClassUnits();
        var searched = !units.Contains(1) ? reduced
            : reduced.Subset([.. Enumerable.Range(0, reduced.Count).Where(row => units[reduced.Labels[row]] > 1)]);
        return searched.ClassTotals().Count(total => total > 0) < 2 ? null : searched;
    }

    private static double WorkOf(FeatureMatrix matrix) => (double)matrix.Count * matrix.FeatureCount * matrix.ClassCount;

    /// <summary>What the best L2 of all rows is of that of the rows that were searched.</summary>
    private static double Growth(FeatureMatrix searched, FeatureMatrix matrix) =>
        searched.Count == matrix.Count ? 1 : Math.Sqrt(matrix.TotalWeight() / searched.TotalWeight());
}
