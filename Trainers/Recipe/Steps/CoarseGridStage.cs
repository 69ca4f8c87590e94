namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 4: each rate with each weight decay, for a few epochs.</summary>
internal sealed class CoarseGridStage : IRecipeStage
{
    public int Number => 4;

    public string Name => "coarse grid";

    public RecipeStep Run(RecipeState state)
    {
        // The first of equals wins, so the rate that step 3 found comes first.
        RecipeSetting[] grid = [.. state.Rates.OrderBy(rate => rate == state.FirstRate ? 0 : 1)
            .SelectMany(rate => state.Options.WeightDecays.Select(decay =>
                new RecipeSetting(rate, decay, Math.Min(state.Options.CoarseEpochs, state.Options.MaximumEpochs))))];
        var trials = state.Run(grid);
        var best = state.Best = Trial.Choose(trials);
        return new RecipeStep(Number, Name, RecipeVerdict.Good, GridNumbers.Of(trials, best),
            $"Of {trials.Length} settings for {grid[0].Epochs} epochs the best is rate {best.Setting.LearningRate:0.########} "
                + "with weight decay "
            + $"{best.Setting.WeightDecay:0.########}: held-out accuracy {best.Accuracy:P1}, the worst "
            + $"{trials.Min(t => t.Accuracy):P1}.");
    }
}
