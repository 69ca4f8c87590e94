namespace MlPipeline.Pipeline.Features;

/// <summary>One picture's features.</summary>
/// <param name="Index">The picture's place in the data set.</param>
/// <param name="Path">The picture.</param>
/// <param name="Label">Its class.</param>
/// <param name="Features">K pooled features.</param>
public sealed record FeatureRow(int Index, string Path, string Label, float[] Features);
