using System.Diagnostics;
using System.Globalization;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Search.Plots;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>Tells how a search comes along: what it goes on with, what failed, the best so far, and the time left.</summary>
internal sealed class SearchProgress : IDisposable
{
    private readonly IProgressDisplay _display;
    private readonly HeadExperimentOptions _search;
    private readonly string _name;
    private readonly int _searches;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IProgressStage? _stage;
    private int _ended;

    /// <param name="display">Where it is told.</param>
    /// <param name="search">What is searched.</param>
    /// <param name="name">What the user calls it.</param>
    /// <param name="searches">Searches that follow each other, as in a nested cross-validation.</param>
    public SearchProgress(IProgressDisplay display, HeadExperimentOptions search, string name, int searches)
    {
        (_display, _name, _searches) = (display, name, searches);
        _search = search with { Started = Begin, Progress = Told };
    }

    /// <summary>The search, which tells its progress here.</summary>
    public HeadExperiment Experiment => new(_search);

    private int? Total => _search.Budget.Trials == int.MaxValue ? null : _search.Budget.Trials * _searches;

    public void Dispose() => _stage?.Dispose();

    private void Begin(IReadOnlyList<TrialRecord> known, TrialRecord? best)
    {
        int Count(TrialState state) => known.Count(t => t.State == state);
        var ended = known.Count - Count(TrialState.Running);
        _ended += ended;
        if (known.Count > 0 && _searches == 1)
        {
            var left = Count(TrialState.Running) is > 0 and int running ? $", {running} unfinished" : "";
            _display.Note($"{_name}: going on with {_search.StudyPath}: {Count(TrialState.Complete)} trials complete, {Count(TrialState.Pruned)} pruned, {Count(TrialState.Failed)} failed{left}{BestOf(best)}");
        }

        _stage ??= _display.Begin(_name, Total ?? 0, "trials", _ended);
    }

    private void Told(TrialRecord trial, TrialRecord? best)
    {
        var limit = _search.Budget.Time;
        var time = limit == TimeSpan.MaxValue ? "" : $", {PlotText.Seconds(Math.Max(0, (limit - _clock.Elapsed).TotalSeconds))} of {PlotText.Seconds(limit.TotalSeconds)} left";
        _stage!.Report(++_ended, BestOf(best) + time);
        if (trial.State == TrialState.Failed)
            _display.Note($"{_name}: trial {trial.Number} failed: {trial.Error}");
        else if (_searches == 1 && best?.Number == trial.Number)
            _display.Note($"{_name}: trial {trial.Number} is the best so far: {PlotText.Of(_search.Metric)} {Number(trial.Value)}, {PlotText.Of(trial.Parameters)}");
    }

    private static string BestOf(TrialRecord? best) => best == null ? "" : $", best {Number(best.Value)} (trial {best.Number})";

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
}
