using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Heads;

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

    public static double Choose(FeatureMatrix matrix, LinearHeadOptions options)
    {
        var searched = Reduced(matrix, options.Seed);
        if (SmallestClass(searched) < 2 || searched.ClassTotals().Count(total => total > 0) < 2)
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

        return best;
    }

    /// <summary>The scores of rows that were held out in turn, at a given L2; null where a class is too small for that.</summary>
    public static HeldOutScores? HeldOut(FeatureMatrix matrix, LinearHeadOptions options, double l2)
    {
        var searched = Reduced(matrix, options.Seed);
        if (SmallestClass(searched) < 2)
            return null;
        var (validation, quick) = Validation(searched, options, asGiven: true);
        return validation.Score(quick, l2);
    }

    /// <summary>The part of the examples, with all their classes, that a problem of some size is judged on.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="groups">What is not parted; empty when each stands alone.</param>
    /// <param name="work">Rows x features x classes.</param>
    /// <param name="most">The most of that.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static IReadOnlyList<int> Reduced(IReadOnlyList<int> labels, IReadOnlyList<int> groups, double work, double most,
        int seed) =>
        work <= most
            ? [.. Enumerable.Range(0, labels.Count)]
            : StratifiedSplit.TrainTest(labels, most / work, seed, groups, null).Test;

    // Gradient descent reaches the minimum that L-BFGS reaches sooner and can start from, unless its own scores are wanted.
    private static (CrossValidation Validation, LinearHeadOptions Options) Validation(FeatureMatrix matrix,
        LinearHeadOptions options, bool asGiven)
    {
        var keep = options.Solver == HeadSolver.Svm || (asGiven && options.Solver == HeadSolver.Sgd);
        var folds = CrossValidation.Splits(matrix, Folds, options.Seed)
            .Where(split => split.Test.Count > 0 && split.Train.Count > 0)
            .Select(split => Fold.Of(matrix, split)).ToArray();
        return (new CrossValidation(folds, options.Threads), options with
        {
            Solver = keep ? options.Solver : HeadSolver.Lbfgs,
            Tolerance = options.Solver == HeadSolver.Svm ? options.Tolerance : 1e-5,
            MaximumIterations = keep && options.Solver == HeadSolver.Sgd ? options.MaximumIterations : null,
        });
    }

    private static FeatureMatrix Reduced(FeatureMatrix matrix, int seed)
    {
        var work = (double)matrix.Count * matrix.FeatureCount * matrix.ClassCount;
        return work <= MostWork
            ? matrix
            : matrix.Subset(Reduced(matrix.Labels.ToArray(), matrix.Groups.ToArray(), work, MostWork, seed));
    }

    private static int SmallestClass(FeatureMatrix matrix) => matrix.ClassUnits().Where(count => count > 0).Min();
}
