namespace MlPipeline.Pipeline.Backbones;

/// <summary>A part of a backbone's features.</summary>
/// <param name="Name">What it is asked for by: a stage, "pooled", or a value of the graph, each also with ":max" or
/// ":cov".</param>
/// <param name="Value">The value in the graph that it is taken from.</param>
/// <param name="Offset">Where it begins in the features.</param>
/// <param name="Length">How many features it has.</param>
public sealed record FeaturePart(string Name, string Value, int Offset, int Length);
