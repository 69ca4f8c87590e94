namespace MlPipeline.Trainers.Search;

/// <summary>When a search stops: at whichever of these comes first.</summary>
public sealed record StudyBudget
{
    /// <summary>Trials in the study in all, those of earlier runs included; default without limit.</summary>
    public int Trials { get; init; } = int.MaxValue;

    /// <summary>Time of this run, after which no further trial begins; default without limit.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.MaxValue;

    /// <summary>A value that is good enough, or null.</summary>
    public double? Target { get; init; }
}
