namespace MlPipeline.Trainers.Recipe;

/// <summary>What <see cref="CurveDiagnosis"/> read.</summary>
/// <param name="Verdict">The first thing to mend; <see cref="RecipeVerdict.Good"/> if there is none.</param>
/// <param name="Also">What else is to be seen, less pressing.</param>
/// <param name="Numbers">The measurements behind it, by name.</param>
/// <param name="Advice">One sentence: what it means and what to do.</param>
public sealed record CurveReading(RecipeVerdict Verdict, IReadOnlyList<RecipeVerdict> Also,
    IReadOnlyDictionary<string, double> Numbers, string Advice);
