namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 5: around the best, finer and longer.</summary>
internal sealed class RefinedGridStage : IRecipeStage
{
    public int Number => 5;

    public string Name => "refined and longer";

    public RecipeStep Run(RecipeState state)
    {
        var (coarse, effort) = (state.Best!.Setting, state.Model.Effort);
        double[] rates = state.RateIsFree
            ? [coarse.LearningRate, coarse.LearningRate / 3, coarse.LearningRate * 3]
            : [coarse.LearningRate];
        double[] decays = [.. effort.FinerDecays.Append(Math.Max(coarse.WeightDecay, 1e-5) * 10)
            .Where(_ => effort.FinerDecays.Count > 0).Prepend(coarse.WeightDecay).Distinct()];
        var epochs = Math.Min(effort.Longer * coarse.Epochs, state.Options.MaximumEpochs);
        var trials = state.Run([.. rates.SelectMany(rate => decays.Select(decay => new RecipeSetting(rate, decay, epochs)))]);
        var before = state.Best.Accuracy;
        var best = state.Best = Trial.Choose(trials);
        return new RecipeStep(Number, Name, RecipeVerdict.Good, GridNumbers.Of(trials, best),
            $"Of {trials.Length} settings for {epochs} epochs the best is rate {best.Setting.LearningRate:0.########} with "
                + "weight decay "
            + $"{best.Setting.WeightDecay:0.########}: held-out accuracy {best.Accuracy:P1} (coarse: {before:P1}).");
    }
}
