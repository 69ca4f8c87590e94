namespace MlPipeline.Trainers.Search;

/// <summary>A finished trial as a sampler sees it.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Point">Its coordinates.</param>
/// <param name="Active">For each coordinate, whether its parameter took part.</param>
/// <param name="Value">The value to be minimised; positive infinity for a trial that failed.</param>
public sealed record Observation(int Trial, double[] Point, bool[] Active, double Value);
