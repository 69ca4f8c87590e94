namespace MlPipeline.Trainers.Search;

/// <summary>Is told how an experiment comes along, one call at a time.</summary>
public interface IMonitor
{
    /// <summary>A trial begins.</summary>
    void ReportRunningTrial(TrialSettings settings);

    /// <summary>A trial has ended with a value, or was ended early by a pruner.</summary>
    void ReportCompletedTrial(TrialResult result);

    /// <summary>A trial is the best so far.</summary>
    void ReportBestTrial(TrialResult result);

    /// <summary>A trial failed; the experiment goes on.</summary>
    void ReportFailTrial(TrialSettings settings, Exception? exception = null);
}
