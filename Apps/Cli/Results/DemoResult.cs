namespace MlPipeline.Cli.Results;

/// <summary>What demo prints: what train prints, and how well the heatmaps point.</summary>
internal sealed record DemoResult : TrainingResult
{
    public DemoResult()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public DemoResult(TrainingResult training) : base(training)
    {
    }

    /// <summary>The share of correctly classified test pictures whose heatmap peaks inside the object's box.</summary>
    public double Pointing { get; init; }

    /// <summary>The heatmaps that were written.</summary>
    public IReadOnlyList<string> Heatmaps { get; init; } = [];

    /// <summary>The folder of the drawn pictures.</summary>
    public string? Data { get; init; }
}
