namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>One step of the recipe: looks, decides for those after it, and says what it saw.</summary>
internal interface IRecipeStage
{
    int Number { get; }

    string Name { get; }

    RecipeStep Run(RecipeState state);
}
