namespace MlPipeline.Trainers.Recipe;

/// <summary>Reads learning curves as an experienced eye does. A pure function of the curves.</summary>
public static class CurveDiagnosis
{
    /// <summary>Below this share of the chance loss, nothing has been learned.</summary>
    private const double Learned = 0.03;

    /// <summary>Reads curves of at least one epoch.</summary>
    /// <exception cref="ArgumentException">The curves have no epoch, or differ in length.</exception>
    public static CurveReading Read(LearningCurves curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        var points = curves.LearningRates.Count + 1;
        if (points < 2 || curves.TrainLoss.Count != points || curves.ValidationLoss.Count != points
            || curves.TrainAccuracy.Count != points || curves.ValidationAccuracy.Count != points)
        {
            throw new ArgumentException("Each curve must have a value from before training and one for each epoch.",
                nameof(curves));
        }

        var facts = new CurveFacts(curves);
        List<RecipeVerdict> found = [.. Find(facts)];
        var verdict = found.Count > 0 ? found[0] : RecipeVerdict.Good;
        return new CurveReading(verdict, [.. found.Skip(1)], facts.Numbers(), Advice(verdict, facts));
    }

    private static IEnumerable<RecipeVerdict> Find(CurveFacts facts)
    {
        // What makes the rest of the curve meaningless comes first, and alone.
        if (facts.Diverges)
            return [RecipeVerdict.RateTooHigh];

        // A few steps on a few samples say nothing of the rate.
        if (facts.FallsSlowly)
            return [facts.Tiny ? RecipeVerdict.TinyData : RecipeVerdict.RateTooLow];
        if (facts.LearnedShare < Learned)
            return [facts.Curves.FitsHandful == true ? RecipeVerdict.ShuffledLabels : RecipeVerdict.NotStarted];
        if (facts.Tiny)
            return [RecipeVerdict.TinyData];
        if (facts.ValidationAtChance && (facts.GapIsReal || facts.Curves.FitsHandful == true))
            return [RecipeVerdict.ShuffledLabels];
        List<RecipeVerdict> found = [];
        if (facts.DecayedTooEarly)
            found.Add(RecipeVerdict.DecayedTooEarly);
        if (facts.StillFalling)
            found.Add(RecipeVerdict.StillRising);
        if (facts.Overfits)
            found.Add(RecipeVerdict.Overfitting);
        if (facts.OnPlateau)
            found.Add(RecipeVerdict.Plateau);
        if (facts.Underfits)
            found.Add(RecipeVerdict.Underfitting);
        return found;
    }

    private static string Advice(RecipeVerdict verdict, CurveFacts facts)
    {
        var scores = $"training {facts.TrainAccuracy:P1}, held-out {facts.ValidationAccuracy:P1}";
        return verdict switch
        {
            RecipeVerdict.RateTooHigh =>
                "The loss rises, jumps or is not a number: lower the learning rate to a third or a tenth.",
            RecipeVerdict.RateTooLow =>
                $"The loss falls steadily but by {facts.LearnedShare:P1} only: raise the learning rate three- to tenfold.",
            RecipeVerdict.NotStarted =>
                "Nothing is learned beyond how frequent the classes are: look for weights that start all alike, constant "
                + "features, or a learning rate that is far too low.",
            RecipeVerdict.TinyData => $"{facts.Curves.TrainCount} samples to train on and {facts.Curves.ValidationCount} to "
                + "test on are too few for the "
                + $"curves to say much ({scores}): gather more, and trust cross-validation only.",
            RecipeVerdict.ShuffledLabels =>
                $"Training works, but held-out accuracy is that of chance ({scores}, chance {facts.Chance:P1}): the labels "
                + "look shuffled, or the features say nothing about them; check that each picture has its own label.",
            RecipeVerdict.DecayedTooEarly => "The rate was lowered while the loss was still falling well: decay later.",
            RecipeVerdict.StillRising => "The held-out loss was still falling at the end: train longer.",
            RecipeVerdict.Overfitting => $"Training samples are fitted much better than held-out ones ({scores}): more data, "
                + "augmentation, or more weight decay.",
            RecipeVerdict.Plateau => $"The loss has stopped falling at a constant rate ({scores}): decay the rate to a tenth.",
            RecipeVerdict.Underfitting =>
                $"There is no gap and both are low ({scores}): a larger backbone or head, longer training, less weight decay.",
            _ => $"The curves look healthy: {scores}.",
        };
    }
}

/// <summary>What <see cref="CurveDiagnosis"/> read.</summary>
/// <param name="Verdict">The first thing to mend; <see cref="RecipeVerdict.Good"/> if there is none.</param>
/// <param name="Also">What else is to be seen, less pressing.</param>
/// <param name="Numbers">The measurements behind it, by name.</param>
/// <param name="Advice">One sentence: what it means and what to do.</param>
public sealed record CurveReading(RecipeVerdict Verdict, IReadOnlyList<RecipeVerdict> Also,
    IReadOnlyDictionary<string, double> Numbers, string Advice);
