using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Recipe.Network;

namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 2: a handful of samples must be learned by heart.</summary>
internal sealed class HandfulStage : IRecipeStage
{
    private const int Samples = 20;
    private const int Steps = 300;
    private static readonly double[] s_rates = [1e-2, 1e-1, 1e-3];

    public int Number => 2;

    public string Name => "a handful fitted";

    public RecipeStep Run(RecipeState state)
    {
        var rows = Handful(state.Train, Math.Max(Samples, Math.Min(2 * state.Data.ClassCount, 200)));
        double best = 0, loss = double.NaN, used = s_rates[0];
        var steps = 0;
        foreach (var rate in s_rates)
        {
            var descent = new HeadDescent(rows, state.Options);
            var step = 0;
            var now = descent.Measure(rows);
            while (step < Steps && now.Accuracy < 1)
            {
                descent.FullStep(rate);
                now = descent.Measure(rows);
                step++;
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
                ["samples"] = rows.Count,
                ["accuracy"] = best,
                ["loss"] = loss,
                ["steps"] = steps,
                ["learningRate"] = used,
            }, best >= 1
            ? $"{rows.Count} samples are fitted to 100% in {steps} step{(steps == 1 ? "" : "s")}: the head can learn."
            : $"Of {rows.Count} samples only {best:P0} can be fitted: look for constant features, weights that start all "
                + "alike, or the same picture "
                + "under two labels.");
    }

    // The first rows of each class in turn, so that every class has a part.
    private static FeatureMatrix Handful(FeatureMatrix rows, int count)
    {
        var labels = rows.Labels.ToArray();
        return rows.Subset([.. Enumerable.Range(0, rows.Count).GroupBy(i => labels[i])
            .SelectMany(own => own.Select((row, turn) => (row, turn))).OrderBy(p => p.turn).ThenBy(p => p.row).Take(count)
                .Select(p => p.row)]);
    }
}
