namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>Step 6: the learning curves, read.</summary>
internal sealed class CurvesStage : IRecipeStage
{
    public int Number => 6;

    public string Name => "learning curves";

    public RecipeStep Run(RecipeState state)
    {
        var reading = CurveDiagnosis.Read(state.Best!.Curves);
        return new RecipeStep(Number, Name, reading.Verdict, reading.Numbers, reading.Advice);
    }
}
