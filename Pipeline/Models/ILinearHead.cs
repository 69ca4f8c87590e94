namespace MlPipeline.Pipeline.Models;

/// <summary>A trained head whose scores are the softmax of a linear function of its features: what an export can write without
/// knowing more of it.</summary>
public interface ILinearHead
{
    /// <summary>The column of features.</summary>
    string FeatureColumnName { get; }

    /// <summary>The column of probabilities.</summary>
    string ScoreColumnName { get; }

    /// <summary>The weights with regard to the features as they come, calibration included.</summary>
    LinearHeadWeights GetLinearHead();
}
