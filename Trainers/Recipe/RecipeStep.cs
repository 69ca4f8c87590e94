namespace MlPipeline.Trainers.Recipe;

/// <summary>What one step of the recipe saw.</summary>
/// <param name="Number">1 to 7.</param>
/// <param name="Name">The step, in a few words.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="Numbers">The measurements behind the verdict, by name.</param>
/// <param name="Advice">One sentence: what it means and what to do.</param>
public sealed record RecipeStep(int Number, string Name, RecipeVerdict Verdict, IReadOnlyDictionary<string, double> Numbers,
    string Advice);
