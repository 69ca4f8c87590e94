namespace MlPipeline.Trainers.Search;

/// <summary>A trial of an experiment.</summary>
/// <param name="TrialId">Its number, from 0.</param>
/// <param name="Parameter">The point that was tried.</param>
public sealed record TrialSettings(int TrialId, Parameter Parameter);
