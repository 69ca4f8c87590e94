namespace MlPipeline.Trainers;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Rows of the class.</param>
/// <param name="Precision">The share of right ones among rows predicted as the class; 0 when none was.</param>
/// <param name="Recall">The share of the class's rows that were found; 0 when it has none.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
public sealed record ClassMetrics(string Name, int Support, double Precision, double Recall, double F1);
