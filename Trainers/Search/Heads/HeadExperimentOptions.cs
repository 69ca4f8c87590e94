using MlPipeline.Trainers.Solvers;


namespace MlPipeline.Trainers.Search;

/// <summary>How the best head is searched for. Immutable; every value is checked when set.</summary>
public sealed record HeadExperimentOptions
{
    /// <summary>Where to look: options by the names of <see cref="HeadSpace"/>, to which come those of
    /// <see cref="HeadSearchData.Choices"/> (for layers of a network, those of <see cref="NetworkSpace"/>). Null (default): all
    /// that suit the data's number of features (<see cref="HeadSpace.For"/>).</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>What chooses the trials. Default TPE.</summary>
    public ISampler Sampler { get; init; } = new TpeSampler();

    /// <summary>What ends trials early, judging by the mean over the folds so far, by growing parts of the rows, or for layers
    /// of a network by every epoch. Default nothing.</summary>
    public IPruner Pruner { get; init; } = new NoPruner();

    /// <summary>What is made best. Default: the share of right rows.</summary>
    public HeadMetric Metric { get; init; }

    /// <summary>Folds of the cross-validation in each trial; 0 for one held-out part. Default 5.</summary>
    public int Folds
    {
        get; init => field = value == 0 || value >= 2
        ? value : throw new ArgumentOutOfRangeException(nameof(Folds), value, "There are 0 folds or at least 2.");
    } = 5;

    /// <summary>How often the cross-validation is repeated with other folds, for values with less chance in them. Default
    /// 1.</summary>
    public int Repeats { get; init => field = OptionCheck.AtLeast(1, value); } = 1;

    /// <summary>The share of each class that is held out when there are no folds. Default 0.2.</summary>
    public double TestFraction
    {
        get; init => field = value is > 0 and < 1
        ? value : throw new ArgumentOutOfRangeException(nameof(TestFraction), value,
        "The held-out share lies between 0 and 1.");
    } = 0.2;

    /// <summary>How many standard errors the best share of right rows must be above that of the trial that the search begins
    /// with, the defaults, to be chosen before it: the highest of many values on few rows is high by chance. Default 0: the best
    /// trial is the one with the best value. Not for log-loss, nor for a grid.</summary>
    public double StandardErrors { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>When to stop. Default after 50 trials.</summary>
    public StudyBudget Budget { get; init; } = new() { Trials = 50 };

    /// <summary>The study, which an interrupted search goes on with: an SQLite file, or the connection string of a PostgreSQL
    /// database (<see cref="StudyPlace"/>), by which several machines work on one search; null to remember nothing.</summary>
    public string? StudyPath { get; init; }

    /// <summary>What is searched on, in words, for the study file; null for a digest of the rows.</summary>
    public string? Subject { get; init; }

    /// <summary>Options that the space leaves alone: column names, class weights. Default the defaults.</summary>
    public LinearHeadOptions Head { get; init; } = new();

    /// <summary>Seed of folds, proposals and solvers. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Trials at a time. Default 1. Has no influence on the trials.</summary>
    public int Parallel { get; init => field = OptionCheck.AtLeast(1, value); } = 1;

    /// <summary>Most threads, over all trials; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

    /// <summary>Told, before the first trial, those that the study has already and the best of them (null while there is
    /// none).</summary>
    public Action<IReadOnlyList<TrialRecord>, TrialRecord?>? Started { get; init; }

    /// <summary>Told each trial that ended and the best one so far (null while there is none).</summary>
    public Action<TrialRecord, TrialRecord?>? Progress { get; init; }
}

/// <summary>What a search over heads judges them by, on rows that they were not trained on.</summary>
public enum HeadMetric
{
    /// <summary>The share of rows whose class is right; large is good.</summary>
    MicroAccuracy,

    /// <summary>The mean over the classes of that share; large is good.</summary>
    MacroAccuracy,

    /// <summary>The mean over the classes of F1; large is good.</summary>
    MacroF1,

    /// <summary>The mean of -ln(probability of the true class); small is good.</summary>
    LogLoss,
}
