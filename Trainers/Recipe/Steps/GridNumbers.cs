namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>The numbers of a grid: its best setting and the spread.</summary>
internal static class GridNumbers
{
    public static Dictionary<string, double> Of(IReadOnlyList<Trial> trials, Trial best) => new()
    {
        ["settings"] = trials.Count,
        ["epochs"] = best.Setting.Epochs,
        ["learningRate"] = best.Setting.LearningRate,
        ["weightDecay"] = best.Setting.WeightDecay,
        ["validationAccuracy"] = best.Accuracy,
        ["validationLoss"] = best.Loss,
        ["worstAccuracy"] = trials.Min(t => t.Accuracy),
    };
}
