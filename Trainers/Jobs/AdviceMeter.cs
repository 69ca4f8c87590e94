using MlPipeline.Data.Splits;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>Measures ways to train on the same folds, as <see cref="TrainingJob"/> would follow them.</summary>
internal sealed class AdviceMeter
{
    private readonly JobFeatures _features;
    private readonly LinearHeadOptions _options;
    private readonly IReadOnlyList<DataSplit> _folds;
    private readonly int[] _pictures;

    /// <param name="features">The features of all depths that are tried.</param>
    /// <param name="options">The head's options.</param>
    /// <param name="folds">From <see cref="FoldsOf"/>.</param>
    public AdviceMeter(JobFeatures features, LinearHeadOptions options, IReadOnlyList<DataSplit> folds)
    {
        (_features, _options, _folds) = (features, options, folds);
        _pictures = [.. folds.SelectMany(f => f.Test)];
    }

    /// <summary>For each held-out picture, fold by fold, whether the default is right; empty before
    /// <see cref="Measure"/>.</summary>
    public IReadOnlyList<bool> IsDefaultRight { get; private set; } = [];

    /// <summary>The folds that all ways are compared on. Pictures with the same content count once, with the class of the
    /// first.</summary>
    /// <param name="features">The pictures.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="mostFolds">Most folds.</param>
    /// <param name="mostPictures">Most pictures in all folds.</param>
    /// <exception cref="DataSourceException">A class has pictures of one content only.</exception>
    public static IReadOnlyList<DataSplit> FoldsOf(JobFeatures features, int seed, int mostFolds, int mostPictures = int.MaxValue)
    {
        int[] distinct = [.. Enumerable.Range(0, features.Rows.Count).Where(i => features.Groups[i] == i)];
        string[] Labels(IEnumerable<int> pictures) => [.. pictures.Select(i => features.Rows[i].Label)];
        var pictures = distinct.Length <= mostPictures ? distinct
            : [.. StratifiedSplit.TrainTest(Labels(distinct), mostPictures / (double)distinct.Length, seed).Test
                .Select(i => distinct[i])];
        var fewest = Labels(pictures).CountBy(l => l).Min(c => c.Value);
        return [.. StratifiedSplit.Folds(Labels(pictures), Math.Clamp(fewest, 2, mostFolds), seed).Select(fold =>
            new DataSplit([.. fold.Train.Select(p => pictures[p])], [.. fold.Test.Select(p => pictures[p])]))];
    }

    /// <summary>The default, an SVM, both on features of more depths, and the network as it is.</summary>
    /// <param name="own">The features that the backbone was given with.</param>
    /// <param name="deeper">Features of more depths; null where there are none to try.</param>
    /// <param name="isOwnRight">Whether the network's own classifier is right, for the pictures that it was asked.</param>
    public IReadOnlyList<RecipeCandidate> Measure(string own, string? deeper, IReadOnlyDictionary<string, bool> isOwnRight)
    {
        var usual = Rights(HeadSolver.Lbfgs, own);
        IsDefaultRight = [.. _pictures.Select(i => usual[i])];
        RecipeCandidate Try(string name, HeadSolver solver, string set)
        {
            var rights = solver == HeadSolver.Lbfgs && set == own ? usual : Rights(solver, set);
            return RecipeCandidate.Of(name, solver, set, [.. _pictures.Select(i => rights[i])], IsDefaultRight);
        }

        List<RecipeCandidate> measured =
        [
            Try("the default", HeadSolver.Lbfgs, own),
            Try("an SVM", HeadSolver.Svm, own),
        ];
        if (deeper is not null)
        {
            measured.Add(Try($"the default on {deeper}", HeadSolver.Lbfgs, deeper));
            measured.Add(Try($"an SVM on {deeper}", HeadSolver.Svm, deeper));
        }

        int[] asked = [.. _pictures.Where(i => isOwnRight.ContainsKey(_features.Rows[i].Path))];
        if (asked.Length > 0)
        {
            measured.Add(RecipeCandidate.Of("the network as it is", null, own,
                [.. asked.Select(i => isOwnRight[_features.Rows[i].Path])], [.. asked.Select(i => usual[i])]));
        }

        return measured;
    }

    private bool[] Rights(HeadSolver solver, string set)
    {
        var selection = new PictureSelection(_features.Bank, set, Augmentations.None, Augmentations.None);
        var rights = new bool[_features.Rows.Count];
        foreach (var fold in _folds)
        {
            _options.Cancellation.ThrowIfCancellationRequested();
            var head = _features.Fit(selection, _options with { Solver = solver }, fold.Train);
            foreach (var (picture, right) in fold.Test.Zip(_features.IsRight(selection, head, fold.Test)))
                rights[picture] = right;
        }

        return rights;
    }
}
