namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 7: what the curves said is tried, and they are read again, until nothing improves.</summary>
internal sealed class AgainStage : IRecipeStage
{
    public int Number => 7;

    public string Name => "again, with what was learned";

    public RecipeStep Run(RecipeState state)
    {
        var before = state.Best!.Accuracy;
        var lossBefore = state.Best.Loss;
        List<string> kept = [];
        int rounds = 0, settings = 0;
        var settled = false;
        for (; rounds < state.Model.Effort.Rounds; rounds++)
        {
            var reading = CurveDiagnosis.Read(state.Best.Curves);
            RecipeSetting[] next = [.. reading.Also.Prepend(reading.Verdict).SelectMany(verdict => Remedies(verdict, state))
                .Distinct().Take(state.Model.Effort.Remedies)];
            if (next.Length == 0)
                break;
            var trials = state.Run(next);
            settings += trials.Length;
            var best = Trial.BestOf(trials.Prepend(state.Best));
            if (ReferenceEquals(best, state.Best))
            {
                rounds++;
                settled = true;
                break;
            }

            kept.Add(Change(state.Best.Setting, best.Setting));
            state.Best = best;
        }

        var last = CurveDiagnosis.Read(state.Best.Curves);
        Dictionary<string, double> numbers = new(last.Numbers)
        {
            ["rounds"] = rounds,
            ["settings"] = settings,
            ["accuracyBefore"] = before,
            ["lossBefore"] = lossBefore,
        };
        var story = settings == 0 ? "Nothing to try that the curves ask for."
            : kept.Count == 0 ? $"{settings} setting{(settings == 1 ? "" : "s")} that the curves ask for did no better."
            : $"Kept after {settings} trial{(settings == 1 ? "" : "s")}: {string.Join(", then ", kept)}; held-out accuracy "
                + $"{before:P1} to {state.Best.Accuracy:P1}, "
                + $"loss {lossBefore:0.###} to {state.Best.Loss:0.###}.";

        // A wish of the curves that was granted and did not help is no fault; data and labels are not mended by settings.
        return settled && last.Verdict is (RecipeVerdict.StillRising or RecipeVerdict.Plateau or RecipeVerdict.DecayedTooEarly)
            ? new RecipeStep(Number, Name, RecipeVerdict.Good, numbers,
                $"{story} Nothing more that the curves ask for improves on it: keep this setting.")
            : new RecipeStep(Number, Name, last.Verdict, numbers, $"{story} {last.Advice}");
    }

    private static IEnumerable<RecipeSetting> Remedies(RecipeVerdict verdict, RecipeState state)
    {
        var now = state.Best!.Setting;
        var longer = Math.Min(2 * now.Epochs, state.Options.MaximumEpochs);
        RecipeSetting[] tries = verdict switch
        {
            RecipeVerdict.RateTooHigh when state.RateIsFree =>
                [now with { LearningRate = now.LearningRate / 3 }, now with { LearningRate = now.LearningRate / 10 }],
            RecipeVerdict.RateTooLow when state.RateIsFree =>
                [now with { LearningRate = now.LearningRate * 3 }, now with { LearningRate = now.LearningRate * 10 }],
            RecipeVerdict.StillRising => [now with { Epochs = longer }],
            RecipeVerdict.Plateau => [now with { DecayAt = 0.67 }],
            RecipeVerdict.DecayedTooEarly => [now with { DecayAt = null }, now with { DecayAt = 0.85 }],
            RecipeVerdict.Overfitting => [.. new[] { 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1 }.Where(decay => decay > now.WeightDecay)
                .Select(decay => now with { WeightDecay = decay })],
            RecipeVerdict.Underfitting => [now with { WeightDecay = 0, Epochs = longer }],
            _ => [],
        };
        return tries.Where(setting => setting != now);
    }

    private static string Change(RecipeSetting from, RecipeSetting to)
    {
        List<string> parts = [];
        if (to.LearningRate != from.LearningRate)
            parts.Add($"rate {to.LearningRate:0.########}");
        if (to.WeightDecay != from.WeightDecay)
            parts.Add($"weight decay {to.WeightDecay:0.########}");
        if (to.Epochs != from.Epochs)
            parts.Add($"{to.Epochs} epochs");
        if (to.DecayAt != from.DecayAt)
            parts.Add(to.DecayAt is { } at ? $"a tenth of the rate after {at:P0} of the epochs" : "a constant rate");
        return string.Join(" and ", parts);
    }
}
