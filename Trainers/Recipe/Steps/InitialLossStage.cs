using MlPipeline.Trainers.Recipe.Network;

namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 1: a head that knows nothing guesses, so its loss is log(C); regularisation adds to it.</summary>
internal sealed class InitialLossStage : IRecipeStage
{
    private const double Decay = 1;

    public int Number => 1;

    public string Name => "initial loss";

    public RecipeStep Run(RecipeState state)
    {
        var descent = new HeadDescent(state.Train, state.Options);
        var expected = Math.Log(state.Data.ClassCount);
        var loss = descent.FullGradient();
        var regularised = loss + 0.5 * Decay * descent.Network.SquaredWeights;
        var gradient = descent.Network.GradientNorm;
        state.NoGradient = gradient < 1e-9;
        RecipeVerdict verdict;
        string advice;
        if (state.NoGradient)
        {
            verdict = RecipeVerdict.NotStarted;
            advice = state.ConstantFeatures == state.Data.FeatureCount
                ? "All features are constant: nothing can be learned from them; check the backbone and how pictures are prepared."
                : "The gradient of the weights is zero: they start all alike; draw them at random.";
        }
        else if (!(Math.Abs(loss - expected) <= 0.1 * expected))
        {
            verdict = RecipeVerdict.InitialLossOff;
            advice = $"The loss before training is {loss:0.###} and that of a guess among {state.Data.ClassCount} classes "
                + $"{expected:0.###}: "
                + "start from smaller weights, and check the scale of the features.";
        }
        else if (regularised > loss)
        {
            verdict = RecipeVerdict.Good;
            advice = $"The loss before training is {loss:0.###}, that of a guess among {state.Data.ClassCount} classes "
                + $"({expected:0.###}), "
                + $"and rises to {regularised:0.###} with a weight decay of {Decay}.";
        }
        else
        {
            verdict = RecipeVerdict.Good;
            advice = $"The loss before training is {loss:0.###}, that of a guess; weights start at zero, so regularisation "
                + "adds nothing, "
                + "which a linear head does not mind.";
        }

        return new RecipeStep(Number, Name, verdict, new Dictionary<string, double>
        {
            ["loss"] = loss,
            ["expected"] = expected,
            ["regularisedLoss"] = regularised,
            ["gradientNorm"] = gradient,
            ["constantFeatures"] = state.ConstantFeatures,
        }, advice);
    }
}
