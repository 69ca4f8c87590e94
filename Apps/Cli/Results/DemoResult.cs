namespace MlPipeline.Cli.Results;

/// <summary>What demo prints: what train prints, and how well the heatmaps point.</summary>
/// <param name="Training">What train prints.</param>
/// <param name="Pointing">The share of correctly classified test pictures whose heatmap peaks inside the object's box.</param>
/// <param name="Heatmaps">The heatmaps that were written.</param>
/// <param name="Data">The folder of the drawn pictures.</param>
/// <param name="Report">The report.</param>
internal sealed record DemoResult(TrainingResult Training, double Pointing, IReadOnlyList<string> Heatmaps,
    string Data, string Report);
