using MlPipeline.Trainers.Recipe.Network;

namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 2: a handful of samples must be learned by heart.</summary>
internal sealed class HandfulStage : IRecipeStage
{
    private const int Samples = 20;

    public int Number => 2;

    public string Name => "a handful fitted";

    public RecipeStep Run(RecipeState state)
    {
        var rows = Handful(state.Model, Math.Max(Samples, Math.Min(2 * state.Model.ClassCount, 200)));
        var effort = state.Model.Effort;
        double best = 0, loss = double.NaN, used = effort.HandfulRates[0];
        var steps = 0;

        // Where no weight has a gradient, no rate does better than another.
        foreach (var rate in effort.HandfulRates.Take(state.NoGradient ? 1 : effort.HandfulRates.Count))
        {
            using var descent = state.Descend(rows, 0);
            var step = 0;
            var now = descent.Measure(rows)[0];
            while (step < effort.HandfulSteps && now.Accuracy < 1)
            {
                // A pass tells how many were right on the way; only when it looks well they are measured.
                var right = 0;
                for (var i = 0; i < descent.StepsPerEpoch; i++, step++)
                    right += descent.Step(rate).Correct;
                if (right >= rows.Length - 1 || step >= effort.HandfulSteps)
                    now = descent.Measure(rows)[0];
            }

            if (now.Accuracy > best)
                (best, loss, used, steps) = (now.Accuracy, now.Loss, rate, step);
            if (best >= 1)
                break;
        }

        state.FitsHandful = best >= 1;
        return new RecipeStep(Number, Name, best >= 1
            ? RecipeVerdict.Good : RecipeVerdict.CannotFitHandful, new Dictionary<string, double>
            {
                ["samples"] = rows.Length,
                ["accuracy"] = best,
                ["loss"] = loss,
                ["steps"] = steps,
                ["learningRate"] = used,
            }, best >= 1
            ? $"{rows.Length} samples are fitted to 100% in {steps} step{(steps == 1 ? "" : "s")}: {state.Model.Subject} can "
                + "learn."
            : $"Of {rows.Length} samples only {best:P0} can be fitted: look for constant features, weights that start all "
                + "alike, or the same picture "
                + "under two labels.");
    }

    // The first samples of each class in turn, so that every class has a part.
    private static int[] Handful(RecipeModel model, int count) =>
        [.. model.Split.Train.GroupBy(i => model.Labels[i])
            .SelectMany(own => own.Select((row, turn) => (row, turn))).OrderBy(p => p.turn).ThenBy(p => p.row).Take(count)
            .Select(p => p.row)];
}
