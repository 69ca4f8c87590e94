namespace MlPipeline.Data.Splits;

/// <summary>Two disjoint parts of a list, as ascending indexes.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Test">What is held out.</param>
public sealed record DataSplit(IReadOnlyList<int> Train, IReadOnlyList<int> Test);
