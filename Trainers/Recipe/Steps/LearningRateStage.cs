namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 3: the rate that makes the loss fall clearly within a hundred steps or fewer.</summary>
internal sealed class LearningRateStage : IRecipeStage
{
    private const int Windows = 5;
    private const double Decay = 1e-5;

    public int Number => 3;

    public string Name => "learning rate";

    private enum Course
    {
        Jumps,
        Hardly,
        Falls,
    }

    public RecipeStep Run(RecipeState state)
    {
        Dictionary<double, Trace> traces = [];
        Try(state, state.Options.LearningRates, traces);
        var initial = traces.Values.First().Initial;
        var verdict = RecipeVerdict.Good;
        if (traces.Values.All(t => t.Course != Course.Falls) && !state.NoGradient)
        {
            // No rate of the list will do; one beyond its ends tells whether the rates are at fault.
            if (traces.Values.Any(t => t.Course == Course.Hardly))
                Try(state, [.. Beyond(state.Options.LearningRates.Max(), 10).Where(rate => rate <= 1)], traces);
            if (traces.Values.All(t => t.Course != Course.Falls))
                Try(state, [.. Beyond(state.Options.LearningRates.Min(), 0.1).Where(rate => rate >= 1e-5)], traces);
        }

        var best = traces.Values.Where(t => t.Course != Course.Jumps).DefaultIfEmpty(traces.Values.MinBy(t => t.Rate)!)
            .MinBy(t => t.Final)!;
        var falls = best.Course == Course.Falls;
        var listed = state.Options.LearningRates.Contains(best.Rate);
        if (!listed)
            verdict = best.Rate < state.Options.LearningRates.Min() ? RecipeVerdict.RateTooHigh : RecipeVerdict.RateTooLow;
        if (!falls)
        {
            verdict = best.Course == Course.Jumps ? RecipeVerdict.RateTooHigh
                : state.FitsHandful == true ? RecipeVerdict.Underfitting : RecipeVerdict.NotStarted;
        }

        state.FirstRate = best.Rate;
        state.RateIsFree = !listed || state.Options.LearningRates.Count > 1;
        if (!listed)
            state.Rates = [best.Rate];
        Dictionary<string, double> numbers = new() { ["initialLoss"] = initial, ["learningRate"] = best.Rate };
        foreach (var trace in traces.Values.OrderByDescending(t => t.Rate))
            numbers[$"lossAt{trace.Rate:0.########}"] = trace.Final;
        return new RecipeStep(Number, Name, verdict, numbers, Advice(verdict, best, initial, listed,
            state.Model.Effort.RateSteps));
    }

    private static string Advice(RecipeVerdict verdict, Trace best, double initial, bool listed, int steps) => verdict switch
    {
        RecipeVerdict.RateTooHigh when !listed =>
            $"With every rate of the list the loss jumps; {best.Rate:0.########} makes it fall from "
            + $"{initial:0.###} to {best.Final:0.###}: lower the rates.",
        RecipeVerdict.RateTooHigh => "The loss jumps with every rate that was tried: look at the scale of the features.",
        RecipeVerdict.RateTooLow =>
            $"With every rate of the list the loss hardly moves; {best.Rate:0.########} makes it fall from {initial:0.###} to "
            + $"{best.Final:0.###}: raise the rates.",
        RecipeVerdict.NotStarted => "The loss moves at no rate: look for weights that start all alike, or constant features.",
        RecipeVerdict.Underfitting => $"The loss falls a little only, from {initial:0.###} to {best.Final:0.###} at "
            + $"{best.Rate:0.########}: the features say "
            + "little about these labels.",
        _ => $"{best.Rate:0.########} makes the loss fall furthest, from {initial:0.###} to {best.Final:0.###} in {steps} steps.",
    };

    private static IEnumerable<double> Beyond(double rate, double factor) =>
        Enumerable.Range(1, 9).Select(i => double.Round(rate * Math.Pow(factor, i), 12));

    private static void Try(RecipeState state, IReadOnlyList<double> rates, Dictionary<double, Trace> traces)
    {
        foreach (var trace in state.Each(rates.Count, i => Follow(state, rates[i])))
            traces.TryAdd(trace.Rate, trace);
    }

    private static Trace Follow(RecipeState state, double rate)
    {
        var (model, steps) = (state.Model, state.Model.Effort.RateSteps);
        using var descent = state.Descend(model.Split.Train, Decay);
        var initial = descent.Measure(model.Split.Train)[0].Loss;
        var start = Math.Max(initial, Math.Log(model.ClassCount));
        List<double> losses = [];
        while (losses.Count < steps && losses.TrueForAll(double.IsFinite))
            losses.Add(descent.Step(rate).Loss);
        var final = losses.TakeLast(steps / Windows).Average();
        var peak = losses.Chunk(steps / Windows / 2).Max(part => part.Average());
        var jumps = losses.Any(loss => !double.IsFinite(loss)) || final > 1.2 * start || peak > 1.5 * start;
        return new Trace(rate, initial, final, jumps ? Course.Jumps : final < 0.9 * initial ? Course.Falls : Course.Hardly);
    }

    private sealed record Trace(double Rate, double Initial, double Final, Course Course);
}
