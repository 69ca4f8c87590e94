namespace MlPipeline.Trainers.Recipe;

/// <summary>What the recipe saw and where it arrived.</summary>
public sealed record RecipeResult
{
    /// <summary>The seven steps.</summary>
    public required IReadOnlyList<RecipeStep> Steps { get; init; }

    /// <summary>The first thing to mend; <see cref="RecipeVerdict.Good"/> if there is none.</summary>
    public required RecipeVerdict Diagnosis { get; init; }

    /// <summary>The best setting.</summary>
    public required RecipeSetting Setting { get; init; }

    /// <summary>Its accuracy on the held-out part, which also chose it and so flatters it a little.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>Its learning curves.</summary>
    public required LearningCurves Curves { get; init; }

    /// <summary>Which way to transfer.</summary>
    public required TransferAdvice Transfer { get; init; }
}
