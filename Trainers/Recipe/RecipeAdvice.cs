using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Recipe;

/// <summary>What to do next: the default way to train, or another one that was measured to be better by more than
/// chance.</summary>
/// <param name="Advised">One of <paramref name="Measured"/>.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Measured">The default first, then the others, each compared with it on the same folds.</param>
public sealed record RecipeAdvice(RecipeCandidate Advised, string Reason, IReadOnlyList<RecipeCandidate> Measured)
{
    /// <summary>How likely it may be that any way is called better than the default while none is.</summary>
    private const double Chance = 0.05;

    /// <summary>Takes the best of those that are better than the default by more than chance, or the default. What was measured
    /// on fewer pictures than the default, as it was not ahead, is not taken.</summary>
    /// <param name="measured">The default, then the others.</param>
    public static RecipeAdvice From(IReadOnlyList<RecipeCandidate> measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentOutOfRangeException.ThrowIfZero(measured.Count);

        // Holm 1979: the k-th smallest p-value is held against the chance for those that are left.
        var others = measured.Skip(1).OrderBy(c => c.PValue).ToArray();
        var better = others.TakeWhile((c, k) => c.PValue <= Chance / (others.Length - k))
            .Where(c => c.Better > c.Worse && c.Pictures == measured[0].Pictures)
            .MaxBy(c => (c.Better - c.Worse) / (double)c.Pictures);
        var facts = string.Join("; ", measured.Select(c => $"{c.Name} is right for {c.MicroAccuracy:P1} of {c.Pictures}"
            + (c == measured[0] ? "" : $" (better on {c.Better}, worse on {c.Worse}, "
                + (c.PValue < 0.001 ? "p < 0.001)" : $"p = {c.PValue:0.###})"))));
        return new RecipeAdvice(better ?? measured[0], $"Held out in folds, {facts}: "
            + (better is null ? "nothing is better than the default by more than chance." : $"{better.Name}."), measured);
    }
}

/// <summary>A way to get a classifier, and how it did on held-out pictures; those with the same content count once.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Trainer">The head's solver; null for the network as it is.</param>
/// <param name="FeaturesFrom">What features are taken from, as <see cref="Backbone.WithFeatures"/> takes it.</param>
/// <param name="MicroAccuracy">The share of right pictures.</param>
/// <param name="MicroAccuracyInterval">Its 95 % interval.</param>
/// <param name="Pictures">How many pictures there were.</param>
/// <param name="Better">Pictures for which it is right and the default is not.</param>
/// <param name="Worse">Pictures for which the default is right and it is not.</param>
/// <param name="PValue">How likely so large a difference would be between equals: McNemar's exact test (1947).</param>
public sealed record RecipeCandidate(string Name, HeadSolver? Trainer, string FeaturesFrom, double MicroAccuracy,
    AccuracyInterval MicroAccuracyInterval, int Pictures, int Better, int Worse, double PValue)
{
    /// <summary>Which layers of the network are trained with the head, as <see cref="FineTuningOptions.Layers"/> takes them;
    /// null for none.</summary>
    public string? Layers { get; init; }

    /// <summary>The head's learning rate for it; null for the one that was given.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Compares two ways on the same pictures.</summary>
    /// <param name="name">What the way is, in words.</param>
    /// <param name="trainer">The head's solver; null for the network as it is.</param>
    /// <param name="featuresFrom">What features are taken from.</param>
    /// <param name="isRight">For each picture whether the way is right.</param>
    /// <param name="isDefaultRight">For each picture whether the default is right.</param>
    public static RecipeCandidate Of(string name, HeadSolver? trainer, string featuresFrom, IReadOnlyList<bool> isRight,
        IReadOnlyList<bool> isDefaultRight)
    {
        ArgumentNullException.ThrowIfNull(isRight);
        ArgumentNullException.ThrowIfNull(isDefaultRight);
        var accuracy = isRight.Count(right => right) / (double)isRight.Count;
        var better = isRight.Zip(isDefaultRight).Count(pair => pair is (true, false));
        var worse = isRight.Zip(isDefaultRight).Count(pair => pair is (false, true));
        return new RecipeCandidate(name, trainer, featuresFrom, accuracy, AccuracyInterval.Of(accuracy, isRight.Count),
            isRight.Count, better, worse, SignTest(better, worse));
    }

    // Of fair throws, the share of results that are at least as uneven: the tail of the binomial distribution, twice.
    private static double SignTest(int better, int worse)
    {
        var throws = better + worse;
        double logarithm = -throws * Math.Log(2), tail = 0;
        for (var k = 0; k <= Math.Min(better, worse); k++)
        {
            tail += Math.Exp(logarithm);
            logarithm += Math.Log((throws - k) / (k + 1.0));
        }

        return Math.Min(1, 2 * tail);
    }
}
