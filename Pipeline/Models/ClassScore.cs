namespace MlPipeline;

/// <summary>A class and its score.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Score">Its score: for a trained model what its head gives, mostly a probability.</param>
public sealed record ClassScore(string Label, float Score);
