using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Recipe.Network;

namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>What the steps know and hand on.</summary>
internal sealed class RecipeState(RecipeModel model, RecipeOptions options, CancellationToken cancellation)
{
    public RecipeModel Model { get; } = model;

    public RecipeOptions Options { get; } = options;

    /// <summary>What was seen of the way in which pictures are prepared; null where it was not looked at.</summary>
    public PreparationCheck? Preparation { get; init; }

    /// <summary>The step that is being made.</summary>
    public IRecipeStage? Stage { get; set; }

    /// <summary>Whether the gradient of the first weights is zero: no rate can then move them.</summary>
    public bool NoGradient { get; set; }

    public bool? FitsHandful { get; set; }

    /// <summary>The rates for the coarse grid.</summary>
    public IReadOnlyList<double> Rates { get; set; } = options.LearningRates;

    /// <summary>The rate that made the loss fall furthest.</summary>
    public double FirstRate { get; set; }

    /// <summary>Whether the rate may be refined.</summary>
    public bool RateIsFree { get; set; } = true;

    public Trial? Best { get; set; }

    /// <summary>Trains with each setting.</summary>
    public Trial[] Run(IReadOnlyList<RecipeSetting> settings) => Each(settings.Count, i => new Trial(settings[i],
        RecipeRun.Train(Model, settings[i], Options, FitsHandful, cancellation)));

    /// <summary>Does something as often as said, side by side where that pays; the results do not depend on it.</summary>
    public T[] Each<T>(int count, Func<int, T> work) => Model.RunsSideBySide
        ? CrossValidation.Run(count, Options.Threads, work, cancellation)
        : [.. Enumerable.Range(0, count).Select(i =>
        {
            // Each takes its time: a line for it.
            Options.Progress?.Invoke(Stage!.Number, $"{Stage.Name}, training {i + 1} of {count}");
            return work(i);
        })];

    public RecipeDescent Descend(IReadOnlyList<int> samples, double weightDecay) =>
        new(Model, samples, weightDecay, Options, cancellation);
}
