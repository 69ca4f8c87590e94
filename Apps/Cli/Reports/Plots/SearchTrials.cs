using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>The trials of a search as its plots need them: which can be drawn, on what scale, and in which tone.</summary>
internal sealed class SearchTrials
{
    /// <summary>Tones from pale to strong.</summary>
    public const int Tones = 5;

    private readonly Dictionary<int, int> _ranks;

    public SearchTrials(HeadExperimentResult found, string metric)
    {
        Space = found.Settings.Space;
        Maximize = found.Settings.Maximize;
        All = found.Trials;
        Best = found.Best;
        Metric = metric;
        Drawn = [.. found.Trials.Where(t => t is { State: TrialState.Complete or TrialState.Pruned, Value: { } v }
            && double.IsFinite(v)).OrderBy(IsBest).ThenBy(t => t.Number)];
        Values = ScaleOf([.. Drawn.Select(t => t.Value!.Value)]);
        _ranks = Drawn.OrderBy(t => Maximize ? t.Value : -t.Value).Select((t, i) => (t.Number, Rank: i))
            .ToDictionary(t => t.Number, t => t.Rank);
        Parameters = [.. Space.Flatten().Select(o => new ParameterScale(o.Name, o.Option))];
    }

    public SearchSpace Space { get; }

    public bool Maximize { get; }

    public IReadOnlyList<TrialRecord> All { get; }

    /// <summary>Complete and pruned trials with a value that is a number, in their order; the best is last, to lie on
    /// top.</summary>
    public IReadOnlyList<TrialRecord> Drawn { get; }

    public TrialRecord? Best { get; }

    /// <summary>The metric's name.</summary>
    public string Metric { get; }

    /// <summary>The axis of the values; far worse ones than most stand at its end.</summary>
    public LinearScale Values { get; }

    public IReadOnlyList<ParameterScale> Parameters { get; }

    /// <summary>Strong for good trials, by rank.</summary>
    public int ToneOfValue(TrialRecord trial) => _ranks[trial.Number] * Tones / _ranks.Count;

    /// <summary>Strong for late trials.</summary>
    public int ToneOfAge(TrialRecord trial) => trial.Number * Tones / All.Count;

    /// <summary>An axis over values that leaves out what is worse than the middle by far (Tukey's outer fence).</summary>
    public LinearScale ScaleOf(double[] values)
    {
        if (values.Length == 0)
            return new LinearScale(0, 1);
        double[] sorted = [.. values.Order()];
        double quarter = sorted[sorted.Length / 4], threeQuarters = sorted[sorted.Length * 3 / 4];
        var fence = 3 * Math.Max(threeQuarters - quarter, 0.1 * (sorted[^1] - sorted[0]));
        var low = Maximize ? sorted.First(v => v >= quarter - fence) : sorted[0];
        var high = Maximize ? sorted[^1] : sorted.Last(v => v <= threeQuarters + fence);
        var room = 0.04 * (high - low);
        return new LinearScale(low - room, high + room);
    }

    /// <summary>Whether a trial is the best.</summary>
    public bool IsBest(TrialRecord trial) => trial.Number == Best?.Number;

    /// <summary>Whether a value lies off its axis.</summary>
    public static bool IsOff(LinearScale scale, double value) => value < scale.Low || value > scale.High;
}
