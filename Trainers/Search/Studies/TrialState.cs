namespace MlPipeline.Trainers.Search;

/// <summary>How far a trial is.</summary>
public enum TrialState
{
    /// <summary>Some process works on it, or did when it was killed.</summary>
    Running,

    /// <summary>It has a value.</summary>
    Complete,

    /// <summary>It was ended early; its last reported value counts.</summary>
    Pruned,

    /// <summary>It threw; the error is kept.</summary>
    Failed,
}
