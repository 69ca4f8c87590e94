using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class StudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("study-").FullName;

    public static TheoryData<string, string> Ways => new()
    {
        { "random", "none" }, { "grid", "none" }, { "sobol", "median" }, { "tpe", "none" }, { "tpe", "halving" },
            { "random", "hyperband" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Ways))]
    public void One_worker_and_four_and_two_studies_on_one_file_make_the_same_trials(string sampler, string pruner)
    {
        var settings = SearchChild.Settings(sampler, pruner);
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 24 });
        using var four = new Study(settings);
        four.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 4);
        using var one = new Study(settings, PathOf("shared.db"));
        using var other = new Study(SearchChild.Settings(sampler, pruner), PathOf("shared.db"));
        Parallel.Invoke(
            () => one.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 2),
            () => other.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 2));

        Assert.Equal(24, alone.Trials.Count);
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(four));
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(one));
        if (pruner != "none")
            Assert.Contains(alone.Trials, t => t.State == TrialState.Pruned);
    }

    [Fact]
    public async Task Who_looks_on_sees_every_ended_trial_whole()
    {
        var path = PathOf("watched.db");
        using var study = new Study(SearchChild.Settings("random", "none"), path);
        var search = Task.Run(() => study.Run(SearchChild.Objective, new StudyBudget { Trials = 60 }, parallel: 2));
        while (!search.IsCompleted)
        {
            using var watch = new Study(SearchChild.Settings("random", "none"), path);
            for (var look = 0; look < 20; look++)
                Assert.All(watch.Trials.Where(t => t.State != TrialState.Running), t => Assert.Equal(9, t.Curve.Count));
        }

        await search;
    }

    [Fact]
    public async Task One_study_waits_for_the_last_trial_of_another_and_makes_it_when_that_one_is_gone()
    {
        var path = PathOf("waiting.db");
        var settings = SearchChild.Settings("random", "none");
        using var one = new Study(settings, path);
        var other = new Study(settings, path);
        var taken = other.Ask()!;
        var search = Task.Run(() => one.Run(SearchChild.Objective, new StudyBudget { Trials = 3 }));
        using (var watch = new Study(settings, path))
        {
            SpinWait.SpinUntil(() => watch.Trials.Count(t => t.State == TrialState.Complete) == 2 || search.IsCompleted);
        }

        Assert.False(search.IsCompleted);
        Assert.Equal(0, taken.Number);
        other.Dispose();
        await search;
        Assert.All(one.Trials, t => Assert.Equal(TrialState.Complete, t.State));
        Assert.Equal(3, one.Trials.Count);
    }

    [Theory, InlineData("tpe"), InlineData("random")]
    public void A_budget_of_time_also_ends_the_waiting_for_others(string sampler)
    {
        var path = PathOf("late.db");
        var settings = SearchChild.Settings(sampler, "none");
        using var other = new Study(settings, path);
        Assert.Equal(0, other.Ask()!.Number);
        using var one = new Study(settings, path);
        one.Run(SearchChild.Objective, new StudyBudget { Trials = 6, Time = TimeSpan.FromSeconds(1) });
        Assert.Equal(TrialState.Running, one.Trials[0].State);
    }

    [Fact]
    public void Who_lost_a_trial_to_another_has_no_say_in_it_any_more()
    {
        var path = PathOf("lost.db");
        var settings = SearchChild.Settings("random", "none");
        using var slow = new Study(settings, path);
        var lost = slow.Ask()!;
        lost.Report(1, 5);

        // As when the machine of the first was off the net for long.
        Run(path, "UPDATE trial SET owner = ''");
        using var heir = new Study(settings, path);
        var taken = heir.Ask()!;
        Assert.Equal((lost.Number, lost.Parameters), (taken.Number, taken.Parameters));
        lost.Report(2, 4);
        slow.Tell(lost, 4);
        taken.Report(1, 3);
        Assert.Equal(TrialState.Running, heir.Trials[0].State);
        heir.Tell(taken, 2);
        Assert.Equal(2, heir.Trials[0].Value);
        Assert.Equal([new CurvePoint(1, 3)], slow.Trials[0].Curve);
    }

    [Fact]
    public void A_failed_trial_is_recorded_with_its_error_and_the_search_goes_on()
    {
        using var study = new Study(SearchChild.Settings("tpe", "none"));
        study.Run((trial, _) => trial.Number % 5 == 2
            ? throw new InvalidOperationException($"no luck with {trial.Number}") : trial.Number,
            new StudyBudget { Trials = 15 }, parallel: 3);
        Assert.Equal(15, study.Trials.Count);
        Assert.All(study.Trials, t => Assert.Equal(t.Number % 5 == 2 ? TrialState.Failed : TrialState.Complete, t.State));
        Assert.Equal("no luck with 7", study.Trials[7].Error);
        Assert.Null(study.Trials[7].Value);
        Assert.Equal(0, study.Best!.Number);
    }

    [Fact]
    public void Budgets_of_trials_target_and_time_are_kept()
    {
        using var byTarget = new Study(SearchChild.Settings("random", "none") with { Maximize = true });
        byTarget.Run((trial, _) => trial.Number, new StudyBudget { Trials = 50, Target = 7 });
        Assert.Equal(8, byTarget.Trials.Count);
        using var byTime = new Study(SearchChild.Settings("random", "none"));
        byTime.Run((trial, _) => 0, new StudyBudget { Time = TimeSpan.Zero });
        Assert.Empty(byTime.Trials);
        using var byGrid =
            new Study(new StudySettings { Space = new() { { "c", new ChoiceOption(1, 2, 3) } }, Sampler = new GridSampler() });
        byGrid.Run((trial, _) => trial.Parameters["c"].AsType<int>(), new StudyBudget());
        Assert.Equal([1.0, 2, 3], byGrid.Trials.Select(t => t.Value!.Value));
    }

    [Fact]
    public void Cancelled_and_unfinished_trials_come_again_with_number_and_parameters()
    {
        var settings = SearchChild.Settings("tpe", "median");
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 20 });
        var path = PathOf("cancelled.db");
        var begun = new ConcurrentBag<int>();
        for (var stop = 3; stop < 20; stop += 4)
        {
            using var cancel = new CancellationTokenSource();
            using var study = new Study(settings, path);
            study.Run((trial, cancellation) =>
            {
                begun.Add(trial.Number);
                if (trial.Number >= stop)
                    cancel.Cancel();

                cancellation.ThrowIfCancellationRequested();
                return SearchChild.Objective(trial, cancellation);
            }, new StudyBudget { Trials = 20 }, parallel: 2, cancellation: cancel.Token);
        }

        using (var forgotten = new Study(settings, path))
        {
            Assert.NotNull(forgotten.Ask());
        }

        using var rest = new Study(settings, path);
        rest.Run(SearchChild.Objective, new StudyBudget { Trials = 20 });
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(rest));
        Assert.True(begun.Count > begun.Distinct().Count());
    }

    [Fact]
    public void Going_on_with_other_settings_is_refused_and_what_differs_is_named()
    {
        var path = PathOf("settings.db");
        var settings = SearchChild.Settings("random", "none");
        new Study(settings, path).Dispose();
        new Study(settings, path).Dispose();
        Says("sampler was 'random' and is now 'tpe", settings with { Sampler = new TpeSampler() });
        Says("seed was '1' and is now '2'", settings with { Seed = 2 });
        Says("goal was 'minimise' and is now 'maximise'", settings with { Maximize = true });
        Says("subject was", settings with { Subject = "other data" });
        Says("pruner was 'none' and is now 'median", settings with { Pruner = new MedianPruner() });
        Says("space x was '-2..2' and is now '-2..3'",
            settings with
            {
                Space = new() { { "x", new UniformDoubleOption(-2, 3) }, { "y", new UniformDoubleOption(-2, 2) },
                { "kind", new ChoiceOption("a", "b") } }
            });

        void Says(string part, StudySettings other)
        {
            var message = Assert.Throws<StudyException>(() => new Study(other, path)).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
            Assert.Contains(path, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_no_study_is_refused_and_left_as_it_is()
    {
        var text = PathOf("text.db");
        File.WriteAllText(text, new string('x', 5000));
        Assert.Contains(text,
            Assert.Throws<StudyException>(() => new Study(SearchChild.Settings("random", "none"), text)).Message,
            StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(text).Length);

        var foreign = PathOf("foreign.db");
        Run(foreign, "CREATE TABLE people (name TEXT)");

        Assert.Contains("no study",
            Assert.Throws<StudyException>(() => new Study(SearchChild.Settings("random", "none"), foreign)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_that_cannot_be_written_to_any_more_stops_the_search_and_goes_on_later()
    {
        var path = PathOf("full.db");
        var settings = SearchChild.Settings("random", "none");
        using (var study = new Study(settings, path))
        {
            var error = Assert.Throws<StudyException>(() => study.Run((trial, cancellation) =>
            {
                if (trial.Number == 3)
                    Run(path, "CREATE TRIGGER full BEFORE UPDATE ON trial BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");

                return SearchChild.Objective(trial, cancellation);
            }, new StudyBudget { Trials = 8 }));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
            Assert.Equal(3, study.Trials.Count(t => t.State == TrialState.Complete));
        }

        Run(path, "DROP TRIGGER full");
        using var again = new Study(settings, path);
        again.Run(SearchChild.Objective, new StudyBudget { Trials = 8 });
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 8 });
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(again));
    }

    [Fact]
    public void Asked_and_told_by_hand_a_trial_ends_once()
    {
        using var study = new Study(SearchChild.Settings("random", "none"));
        var first = study.Ask()!;
        var second = study.Ask()!;
        Assert.Equal((0, 1), (first.Number, second.Number));
        study.Tell(second, 2);
        study.TellFailure(first, "broke");
        Assert.Throws<InvalidOperationException>(() => study.Tell(first, 1));
        var third = study.Ask()!;
        third.Report(1, 9);
        third.Report(2, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => third.Report(2, 7));
        study.TellPruned(third);
        Assert.Equal([TrialState.Failed, TrialState.Complete, TrialState.Pruned], study.Trials.Select(t => t.State));
        Assert.Equal(8, study.Trials[2].Value);
        Assert.Equal([new CurvePoint(1, 9), new CurvePoint(2, 8)], study.Trials[2].Curve);
        Assert.Null(study.Ask(limit: 3));
    }

    [Fact]
    public void Starts_with_the_points_that_are_given_and_keeps_values_that_are_no_numbers()
    {
        SearchSpace space = new() { { "x", new UniformDoubleOption(0, 1) } };
        var start =
            Parameter.CreateNestedParameter(new KeyValuePair<string, Parameter>("x", Parameter.FromDouble(0.123456789)));
        using var study = new Study(new StudySettings { Space = space, Sampler = new GridSampler(3), StartWith = [start] });
        study.Run((trial, _) => trial.Number == 1
            ? double.NaN : trial.Number == 2 ? double.NegativeInfinity : 0, new StudyBudget());
        Assert.Equal([0.123456789, 0, 0.5, 1], study.Trials.Select(t => t.Parameters["x"].AsType<double>()));
        Assert.True(double.IsNaN(study.Trials[1].Value!.Value));
        Assert.Equal(2, study.Best!.Number);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static void Run(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
