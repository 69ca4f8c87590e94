using System.Diagnostics;
using System.Globalization;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>Tells how a search comes along: what it goes on with, what failed, the best so far, and the time left.</summary>
internal sealed class SearchProgress : IDisposable
{
    private readonly IJobProgress _progress;
    private readonly HeadExperimentOptions _search;
    private readonly string _name;
    private readonly int _searches;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IJobStage? _stage;
    private int _ended;

    /// <param name="progress">Where it is told.</param>
    /// <param name="search">What is searched.</param>
    /// <param name="name">What the user calls it.</param>
    /// <param name="searches">Searches that follow each other, as in a nested cross-validation.</param>
    public SearchProgress(IJobProgress progress, HeadExperimentOptions search, string name, int searches)
    {
        (_progress, _name, _searches) = (progress, name, searches);
        _search = search with { Started = Begin, Progress = Told };
    }

    /// <summary>The search, which tells its progress here.</summary>
    public HeadExperiment Experiment => new(_search);

    private int Total => _search.Budget.Trials == int.MaxValue ? 0 : _search.Budget.Trials * _searches;

    public void Dispose() => _stage?.Dispose();

    private void Begin(IReadOnlyList<TrialRecord> known, TrialRecord? best)
    {
        int Count(TrialState state) => known.Count(t => t.State == state);
        var running = Count(TrialState.Running);
        _ended += known.Count - running;
        if (known.Count > 0 && _searches == 1)
        {
            var place = StudyPlace.NameOf(_search.StudyPath ?? "");
            _progress.Note($"{_name}: going on with {place}: {Count(TrialState.Complete)} trials complete, "
                + $"{Count(TrialState.Pruned)} pruned, {Count(TrialState.Failed)} failed"
                + $"{(running > 0 ? $", {running} unfinished" : "")}{BestOf(best)}");
        }

        _stage ??= _progress.Begin(_name, Total, "trials", _ended);
    }

    private void Told(TrialRecord trial, TrialRecord? best)
    {
        var limit = _search.Budget.Time;
        var time = limit == TimeSpan.MaxValue ? ""
            : $", {Math.Max(0, (limit - _clock.Elapsed).TotalSeconds):0} s of {limit.TotalSeconds:0} s left";
        _stage!.Report(++_ended, BestOf(best) + time);
        if (trial.State == TrialState.Failed)
        {
            _progress.Note($"{_name}: trial {trial.Number} failed: {trial.Error}");
        }
        else if (_searches == 1 && best?.Number == trial.Number)
        {
            _progress.Note(
                $"{_name}: trial {trial.Number} is the best so far: {_search.Metric} {Number(trial.Value)}, {trial.Parameters}");
        }
    }

    private static string BestOf(TrialRecord? best) => best == null ? "" : $", best {Number(best.Value)} (trial {best.Number})";

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
}
