using System.Diagnostics;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// A search that remembers its trials: ask for one, run it, tell what came of it. Trials that a killed process left unfinished
/// are run again, with the same number and parameters, before new ones begin.
/// </summary>
public sealed class Study : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);
    private readonly string? _temporary;

    /// <summary>Opens or begins a study.</summary>
    /// <param name="settings">What it looks for.</param>
    /// <param name="path">The SQLite file, or the connection string of a PostgreSQL database (<see cref="StudyPlace"/>); null
    /// keeps the study only as long as this object.</param>
    /// <exception cref="StudyException">There is no study there but something else, it was begun with other settings, or the
    /// server cannot be reached.</exception>
    public Study(StudySettings settings, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Space.Count == 0)
            throw new ArgumentException("The search space is empty.", nameof(settings));
        foreach (var start in settings.StartWith)
        {
            if (!settings.Space.Allows(start))
            {
                throw new ArgumentException($"The point to start with, {start}, breaks a constraint of the space.",
                    nameof(settings));
            }

            settings.Space.MappingToFeatureSpace(start);
        }

        Settings = settings;
        if (path == null)
            _temporary = path = Path.Combine(Path.GetTempPath(), $"study-{Guid.NewGuid():N}.db");
        Store = new StudyStore(path, settings.Describe());
    }

    /// <summary>What the study looks for.</summary>
    public StudySettings Settings { get; }

    /// <summary>All trials by number, as they are now.</summary>
    public IReadOnlyList<TrialRecord> Trials => Store.Read();

    /// <summary>The best complete trial, or null while there is none.</summary>
    public TrialRecord? Best => Trials.Where(t => t is { State: TrialState.Complete, Value: { } v } && !double.IsNaN(v))
        .OrderBy(t => Cost(t.Value!.Value)).ThenBy(t => t.Number).FirstOrDefault();

    internal StudyStore Store { get; }

    /// <summary>Asks for the next trial, waiting where it depends on trials that others still work on.</summary>
    /// <param name="limit">How many trials the study may have in all.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The trial, or null when there are no more.</returns>
    public Trial? Ask(int limit = int.MaxValue, CancellationToken cancellation = default)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            (var outcome, var trial) = Store.TakeNext(limit, Propose, MayStart);
            if (outcome == StudyStore.Claim.Taken)
                return new Trial(this, trial!.Number, trial.Point, trial.Parameters);
            if (outcome == StudyStore.Claim.None)
                return null;
            cancellation.WaitHandle.WaitOne(s_pause);
        }
    }

    /// <summary>Tells a trial's value.</summary>
    public void Tell(Trial trial, double value, double seconds = 0) =>
        Store.Finish(Checked(trial).Number, TrialState.Complete, value, null, seconds);

    /// <summary>Tells that a trial failed.</summary>
    public void TellFailure(Trial trial, string error, double seconds = 0) =>
        Store.Finish(Checked(trial).Number, TrialState.Failed, null, error, seconds);

    /// <summary>Tells that a trial was ended early; the value that it reported last counts.</summary>
    public void TellPruned(Trial trial, double seconds = 0) =>
        Store.Finish(Checked(trial).Number, TrialState.Pruned, trial.Curve.Count > 0
            ? trial.Curve[^1].Value : null, null, seconds);

    /// <summary>Gives a trial back unfinished; whoever asks next gets it again.</summary>
    public void GiveBack(Trial trial) => Store.Release(Checked(trial).Number);

    /// <summary>
    /// Runs trials until the budget is spent, the space is exhausted, or cancellation; unfinished trials are given back. It also
    /// waits for the last trials of others who work on the study.
    /// </summary>
    /// <param name="objective">Runs one trial and gives its value; what it throws is recorded and does not stop the
    /// search.</param>
    /// <param name="budget">When to stop.</param>
    /// <param name="parallel">Trials at a time; more than <see cref="StudySettings.Generation"/> do not help samplers that
    /// learn.</param>
    /// <param name="onTrial">Called after each trial, one at a time.</param>
    /// <param name="cancellation">Stops the search cleanly.</param>
    public void Run(Func<Trial, CancellationToken, double> objective, StudyBudget budget, int parallel = 1,
        Action<TrialRecord>? onTrial = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallel, 1);
        var clock = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        // Trials that run may end after the time is up; waiting for others does not go on beyond it.
        using var timeUp = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        if (budget.Time < s_longest)
            timeUp.CancelAfter(budget.Time);
        var gate = new Lock();
        var workers = new Thread[parallel];
        Exception? fault = null;
        for (var i = 0; i < parallel; i++)
        {
            workers[i] = new Thread(() =>
            {
                try
                {
                    Work();
                }
                catch (OperationCanceledException)
                {
                    // The budget is spent or the user stops; trials were given back.
                }
                catch (Exception error)
                {
                    fault ??= error;
                    stop.Cancel();
                }
            })
            {
                IsBackground = true,
                Name = $"trial worker {i}",
            };
            workers[i].Start();
        }

        foreach (var worker in workers)
            worker.Join();
        if (fault != null)
            throw fault is StudyException ? fault : new StudyException($"The search stopped: {fault.Message}", fault);
        void Work()
        {
            while (!stop.IsCancellationRequested && clock.Elapsed < budget.Time && !IsReached(budget))
            {
                var trial = Ask(budget.Trials, timeUp.Token);
                if (trial == null && !Store.IsElsewhere)
                    return;
                if (trial == null)
                {
                    // Another process makes the last trials; should it be killed, they are made here.
                    timeUp.Token.WaitHandle.WaitOne(s_pause);
                    continue;
                }

                RunOne(trial, objective, stop.Token);
                if (onTrial == null)
                    continue;
                lock (gate)
                    onTrial(Trials[trial.Number]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store.Dispose();
        if (_temporary == null)
            return;
        foreach (var end in (string[])["", "-wal", "-shm"])
            File.Delete(_temporary + end);
    }

    internal bool ShouldPrune(Trial trial)
    {
        if (Settings.Pruner is NoPruner)
            return false;
        var known = Settings.GenerationStart(trial.Number);
        TrialCurve[] others = [.. Trials.Where(t => t.Number < known && t.Curve.Count > 0)
            .Select(t => new TrialCurve(t.Number, [.. t.Curve.Select(p => p with { Value = Cost(p.Value) })]))];
        return Settings.Pruner.ShouldPrune(
            new PruneQuery(trial.Number, [.. trial.Curve.Select(p => p with { Value = Cost(p.Value) })], others));
    }

    private void RunOne(Trial trial, Func<Trial, CancellationToken, double> objective, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        double value;
        try
        {
            value = objective(trial, cancellation);
        }
        catch (TrialPrunedException)
        {
            TellPruned(trial, clock.Elapsed.TotalSeconds);
            return;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            GiveBack(trial);
            throw;
        }
        catch (Exception error) when (error is not StudyException)
        {
            TellFailure(trial, error.Message, clock.Elapsed.TotalSeconds);
            return;
        }

        Tell(trial, value, clock.Elapsed.TotalSeconds);
    }

    private bool IsReached(StudyBudget budget) => budget.Target is { } target && Best?.Value is { } best
        && Cost(best) <= Cost(target);

    private double Cost(double value) => Settings.Maximize ? -value : value;

    // A trial whose choice or pruning depends on results waits until all earlier generations have ended.
    private bool MayStart(int number, IReadOnlyList<TrialRecord> trials)
    {
        if (!Settings.Sampler.UsesHistory && Settings.Pruner is NoPruner)
            return true;
        var known = Settings.GenerationStart(number);
        return trials.Take(known).All(t => t.State != TrialState.Running);
    }

    private (double[] Point, Parameter Parameters)? Propose(int number)
    {
        var given = Settings.StartWith.Count;
        if (number < given)
            return (Settings.Space.MappingToFeatureSpace(Settings.StartWith[number]), Settings.StartWith[number]);
        List<Observation> history = [];
        if (Settings.Sampler.UsesHistory)
        {
            foreach (var trial in Trials.Take(Settings.GenerationStart(number)))
            {
                var cost = trial.Value is { } value && !double.IsNaN(value) ? Cost(value) : double.PositiveInfinity;
                history.Add(new Observation(trial.Number, trial.Point, Settings.Space.ActiveCoordinates(trial.Parameters), cost));
            }
        }

        var point = Settings.Sampler.Propose(new Proposal(Settings.Space, number - given, Settings.Seed, history));
        return point == null ? null : (point, Settings.Space.SampleFromFeatureSpace(point));
    }

    private Trial Checked(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Study != this)
            throw new ArgumentException($"Trial {trial.Number} was asked of another study.", nameof(trial));
        trial.End();
        return trial;
    }
}
