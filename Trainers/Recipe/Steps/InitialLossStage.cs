namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 1: a head that knows nothing guesses, so its loss is log(C); regularisation adds to it.</summary>
internal sealed class InitialLossStage : IRecipeStage
{
    private static readonly Dictionary<string, double> s_none = [];

    // As many as a batch of a network bears in memory.
    private const int GradientSamples = 64;

    public int Number => 1;

    public string Name => "initial loss";

    public RecipeStep Run(RecipeState state)
    {
        var (model, decay) = (state.Model, state.Model.Effort.InitialDecay);
        using var descent = state.Descend(model.Split.Train, 0);
        var expected = Math.Log(model.ClassCount);
        var loss = descent.Measure(model.Split.Train)[0].Loss;
        var regularised = loss + (decay * descent.HalfSquaredWeights);
        var gradient = descent.GradientLength(GradientSamples);
        state.NoGradient = gradient < 1e-9;
        RecipeVerdict verdict;
        string advice;
        if (state.NoGradient)
        {
            verdict = RecipeVerdict.NotStarted;
            advice = model.ConstantFeatures == model.FeatureCount
                ? "All features are constant: nothing can be learned from them; check the backbone and how pictures are prepared."
                : "The gradient of the weights is zero: they start all alike; draw them at random.";
        }
        else if (state.Preparation?.Better is { } better)
        {
            verdict = RecipeVerdict.WrongPreprocessing;
            advice = $"Pictures that are prepared as '{better}' serve the network much better than as they are now: name that "
                + "by --preprocess, or the option Preprocessing of the backbone.";
        }
        else if (!(Math.Abs(loss - expected) <= 0.1 * expected))
        {
            verdict = RecipeVerdict.InitialLossOff;
            advice = $"The loss before training is {loss:0.###} and that of a guess among {model.ClassCount} classes "
                + $"{expected:0.###}: "
                + "start from smaller weights, and check the scale of the features.";
        }
        else if (regularised > loss)
        {
            verdict = RecipeVerdict.Good;
            advice = $"The loss before training is {loss:0.###}, that of a guess among {model.ClassCount} classes "
                + $"({expected:0.###}), "
                + $"and rises to {regularised:0.###} with a weight decay of {decay}.";
        }
        else
        {
            verdict = RecipeVerdict.Good;
            advice = $"The loss before training is {loss:0.###}, that of a guess; weights start at zero, so regularisation "
                + "adds nothing, "
                + "which a linear head does not mind.";
        }

        return new RecipeStep(Number, Name, verdict, new Dictionary<string, double>(state.Preparation?.Numbers ?? s_none)
        {
            ["loss"] = loss,
            ["expected"] = expected,
            ["regularisedLoss"] = regularised,
            ["gradientNorm"] = gradient,
            ["constantFeatures"] = model.ConstantFeatures,
        }, advice);
    }
}
