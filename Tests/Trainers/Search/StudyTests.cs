using System.Collections.Concurrent;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class StudyTests : IDisposable
{
    private static readonly (string Sampler, string Pruner)[] s_ways =
        [("random", "none"), ("grid", "none"), ("sobol", "median"), ("tpe", "none"), ("tpe", "halving"), ("random", "hyperband")];

    private readonly StudyPlaces _places = new();

    public static TheoryData<string> Kinds => [.. StudyPlaces.Kinds];

    public static TheoryData<string, string, string> Ways
    {
        get
        {
            TheoryData<string, string, string> ways = [];
            foreach (var kind in StudyPlaces.Kinds)
            {
                // What a sampler proposes does not depend on the kind.
                foreach (var (sampler, pruner) in kind == StudyPlaces.Sqlite ? s_ways : s_ways[^2..])
                    ways.Add(kind, sampler, pruner);
            }

            return ways;
        }
    }

    public void Dispose() => _places.Dispose();

    [Theory, MemberData(nameof(Ways))]
    public void One_worker_and_four_and_two_studies_at_one_place_make_the_same_trials(string kind, string sampler, string pruner)
    {
        var settings = SearchChild.Settings(sampler, pruner);
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 24 });
        using var four = new Study(settings);
        four.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 4);
        using var one = new Study(settings, _places.Of(kind, "shared"));
        using var other = new Study(SearchChild.Settings(sampler, pruner), _places.Of(kind, "shared"));
        Parallel.Invoke(
            () => one.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 2),
            () => other.Run(SearchChild.Objective, new StudyBudget { Trials = 24 }, parallel: 2));

        Assert.Equal(24, alone.Trials.Count);
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(four));
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(one));
        if (pruner != "none")
            Assert.Contains(alone.Trials, t => t.State == TrialState.Pruned);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_looks_on_sees_every_ended_trial_whole(string kind)
    {
        var path = _places.Of(kind, "watched");
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

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_study_waits_for_the_last_trial_of_another_and_makes_it_when_that_one_is_gone(string kind)
    {
        var path = _places.Of(kind, "waiting");
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

    [Theory, MemberData(nameof(Kinds))]
    public void A_budget_of_time_also_ends_the_waiting_for_others(string kind)
    {
        var path = _places.Of(kind, "late");
        var settings = SearchChild.Settings("tpe", "none");
        using var other = new Study(settings, path);
        Assert.Equal(0, other.Ask()!.Number);
        using var one = new Study(settings, path);
        one.Run(SearchChild.Objective, new StudyBudget { Trials = 6, Time = TimeSpan.FromSeconds(1) });
        Assert.Equal(TrialState.Running, one.Trials[0].State);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Who_lost_a_trial_to_another_has_no_say_in_it_any_more(string kind)
    {
        var path = _places.Of(kind, "lost");
        var settings = SearchChild.Settings("random", "none");
        using var slow = new Study(settings, path);
        var lost = slow.Ask()!;
        lost.Report(1, 5);

        // As when the machine of the first was off the net for long.
        StudyPlaces.Run(path, "UPDATE trial SET owner = ''");
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

    [Theory, MemberData(nameof(Kinds))]
    public void Cancelled_and_unfinished_trials_come_again_with_number_and_parameters(string kind)
    {
        var settings = SearchChild.Settings("tpe", "median");
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 20 });
        var path = _places.Of(kind, "cancelled");
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

    [Theory, MemberData(nameof(Kinds))]
    public void Going_on_with_other_settings_is_refused_and_what_differs_is_named(string kind)
    {
        var path = _places.Of(kind, "settings");
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
            Assert.Contains(_places.NameOf(kind, "settings"), message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var text = _places.Of(StudyPlaces.Sqlite, "text");
        File.WriteAllText(text, new string('x', 5000));
        Assert.Contains(text,
            Assert.Throws<StudyException>(() => new Study(SearchChild.Settings("random", "none"), text)).Message,
            StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(text).Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_database_that_is_no_study_is_refused_and_left_as_it_is(string kind)
    {
        var foreign = _places.Of(kind, "foreign");
        if (kind == StudyPlaces.Postgres)
            StudyPlaces.Run(foreign, $"CREATE SCHEMA {_places.NameOf(kind, "foreign")}");
        StudyPlaces.Run(foreign, "CREATE TABLE people (name TEXT)");
        Assert.False(StudyPlace.IsServer(foreign) && StudyPlace.Exists(foreign));
        var message = Assert.Throws<StudyException>(() => new Study(SearchChild.Settings("random", "none"), foreign)).Message;
        Assert.Contains("no study", message, StringComparison.Ordinal);
        Assert.Contains(_places.NameOf(kind, "foreign"), message, StringComparison.Ordinal);
        StudyPlaces.Run(foreign, "INSERT INTO people VALUES ('they are still there')");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_study_that_was_damaged_is_refused_by_name(string kind)
    {
        var path = _places.Of(kind, "damaged");
        var settings = SearchChild.Settings("random", "none");
        using (var study = new Study(settings, path))
            study.Run(SearchChild.Objective, new StudyBudget { Trials = 2 });
        Assert.True(StudyPlace.Exists(path));
        StudyPlaces.Run(path, "UPDATE trial SET point = '[1, oops'");
        using (var study = new Study(settings, path))
            Refused(() => study.Ask());
        StudyPlaces.Run(path, "UPDATE study SET settings = 'oops'");
        Refused(() => new Study(settings, path));
        StudyPlaces.Run(path, "UPDATE study SET format = 99");
        Refused(() => new Study(settings, path));

        void Refused(Func<object?> work) => Assert.Contains(_places.NameOf(kind, "damaged"),
            Assert.Throws<StudyException>(work).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_connection_that_is_lost_is_opened_again_and_no_trial_is_lost()
    {
        var path = _places.Of(StudyPlaces.Postgres, "lost");
        var settings = SearchChild.Settings("tpe", "median");
        using var alone = new Study(settings);
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = 20 });
        using var study = new Study(settings, $"{path};Application Name=losing");
        study.Run((trial, cancellation) =>
        {
            if (trial.Number % 3 == 0)
                StudyPlaces.Run(path, PostgresCluster.EndConnectionsOf("losing"));
            return SearchChild.Objective(trial, cancellation);
        }, new StudyBudget { Trials = 20 });
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(study));
    }

    [Theory,
     InlineData("postgresql://ml:s3cret@db/studies?search_path=x", "postgresql://ml@db/studies?search_path=x_fold2"),
     InlineData("Host=db;Database=studies", "postgresql://db/studies?search_path=public_fold2"),
     InlineData("study.db", "study.db.fold2")]
    public void The_studies_of_a_nested_search_lie_beside_each_other(string place, string fold) =>
        Assert.Equal(fold, StudyPlace.NameOf(StudyPlace.OfFold(place, 2)));

    [Theory,
     InlineData("postgresql://ml:s3cret@127.0.0.1:1/studies?search_path=x", "postgresql://ml@127.0.0.1:1/studies?search_path=x"),
     InlineData("postgres://ml:s3cret%2F%40@127.0.0.1:1/studies", "postgresql://ml@127.0.0.1:1/studies"),
     InlineData("Host=127.0.0.1;Port=1;Username=ml;Password=s3cret;Database=studies", "postgresql://ml@127.0.0.1:1/studies"),
     InlineData("postgresql://ml:s3cret/9@127.0.0.1:1/studies", "connection string cannot be read"),
     InlineData("postgresql://ml:s3cret@127.0.0.1:1/studies?oops=1", "connection string cannot be read"),
     InlineData("Host=127.0.0.1;Password=s3cret;Oops=1", "connection string cannot be read")]
    public void Messages_name_the_place_of_a_study_and_no_password(string place, string named)
    {
        Assert.True(StudyPlace.IsServer(place));
        var error = Assert.Throws<StudyException>(() => new Study(SearchChild.Settings("random", "none"), place));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_study_that_cannot_be_written_to_any_more_stops_the_search_and_goes_on_later(string kind)
    {
        var path = _places.Of(kind, "full");
        var settings = SearchChild.Settings("random", "none");
        using (var study = new Study(settings, path))
        {
            var error = Assert.Throws<StudyException>(() => study.Run((trial, cancellation) =>
            {
                if (trial.Number == 3)
                {
                    StudyPlaces.Run(path, kind == StudyPlaces.Sqlite
                        ? "CREATE TRIGGER full_disk BEFORE UPDATE ON trial BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
                        : "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                            + "'BEGIN RAISE EXCEPTION ''the disk is full''; END'; "
                            + "CREATE TRIGGER full_disk BEFORE UPDATE ON trial FOR EACH ROW EXECUTE FUNCTION full_disk()");
                }

                return SearchChild.Objective(trial, cancellation);
            }, new StudyBudget { Trials = 8 }));
            Assert.Contains(_places.NameOf(kind, "full"), error.Message, StringComparison.Ordinal);
            Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
            Assert.Equal(3, study.Trials.Count(t => t.State == TrialState.Complete));
        }

        StudyPlaces.Run(path, kind == StudyPlaces.Sqlite ? "DROP TRIGGER full_disk" : "DROP TRIGGER full_disk ON trial");
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

    [Theory, MemberData(nameof(Kinds))]
    public void Starts_with_the_points_that_are_given_and_keeps_values_that_are_no_numbers(string kind)
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
}
