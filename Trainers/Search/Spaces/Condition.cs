namespace MlPipeline.Trainers.Search;

/// <summary>When a parameter takes part: another parameter, a choice of the same space, has one of some values.</summary>
/// <param name="Parameter">The name of the choice.</param>
/// <param name="Values">The values that bring the parameter in.</param>
public sealed record Condition(string Parameter, IReadOnlyList<Parameter> Values);
