namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>A setting and what came of it.</summary>
internal sealed record Trial(RecipeSetting Setting, LearningCurves Curves)
{
    public double Accuracy => Curves.ValidationAccuracy[^1];

    public double Loss => Curves.ValidationLoss[^1];

    /// <summary>Higher held-out accuracy, or the same with a loss lower by more than half a percent. Of a few samples an accuracy
    /// within one standard error is the same.</summary>
    public bool IsBetterThan(Trial other)
    {
        if (!double.IsFinite(Loss) || !double.IsFinite(other.Loss))
            return double.IsFinite(Loss);
        var facts = new CurveFacts(other.Curves);
        var alike = facts.Tiny ? facts.ValidationError : 0;
        return Accuracy > other.Accuracy + alike || (Accuracy >= other.Accuracy - alike && Loss < 0.995 * other.Loss);
    }

    /// <summary>
    /// The best; of equals the first. Where no held-out accuracy is above chance they order by luck, and the least training loss
    /// counts; of a few samples it tells nothing, as every setting fits them.
    /// </summary>
    public static Trial Choose(IReadOnlyList<Trial> trials)
    {
        var best = BestOf(trials);
        var facts = new CurveFacts(best.Curves);
        return facts.Tiny || best.Accuracy > facts.Chance + 3 * facts.ChanceError || !double.IsFinite(best.Loss)
            ? best
            : trials.Where(trial => double.IsFinite(trial.Curves.TrainLoss[^1])).MinBy(trial => trial.Curves.TrainLoss[^1])!;
    }

    /// <summary>The best; of equals the first.</summary>
    public static Trial BestOf(IEnumerable<Trial> trials) =>
        trials.Aggregate((best, next) => next.IsBetterThan(best) ? next : best);
}
