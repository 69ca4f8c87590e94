using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// A study's trials in a database. Every change is one transaction, so a process that is killed leaves each trial either as it
/// was or as it became, and several processes may work on one study.
/// </summary>
internal sealed partial class StudyStore : IDisposable
{
    private const int FormatVersion = 1;

    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // How long a server that cannot be reached is waited for, and how long between two attempts.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly StudyDatabase _database;
    private readonly StudyWorker _worker = new();
    private readonly Timer? _heart;
    private readonly Lock _gate = new();

    // The first trials, as far as all of them have ended: nothing changes there, and they are read only once.
    private readonly List<TrialRecord> _settled = [];

    // A trial that this worker has in the database and not here was taken when the connection broke before it was told.
    private readonly HashSet<int> _taken = [];
    private bool _inTransaction;
    private bool _disposed;

    public StudyStore(string place, JsonObject settings)
    {
        _database = StudyDatabase.At(place);
        try
        {
            _database.Guarded(() =>
            {
                _database.Open();
                return InTransaction(() =>
                {
                    var (all, own) = _database.TablesThere();
                    if (all > 0 && own < StudyDatabase.Tables - 1)
                    {
                        throw new StudyException(
                            $"{_database.Name}: this is a database, but no study; {_database.OtherPlace}.");
                    }

                    if (own < StudyDatabase.Tables)
                        _database.Execute(_database.Schema);
                    _database.Execute("INSERT INTO study VALUES (1, @format, @settings) ON CONFLICT DO NOTHING",
                        ("@format", FormatVersion), ("@settings", settings.ToJsonString()));
                    return 0;
                });
            });
            _database.Guarded(() =>
            {
                _database.Prepared();
                RefuseOtherSettings(settings);
                return 0;
            });
            Beat();
        }
        catch
        {
            _database.Dispose();
            _worker.Dispose();
            throw;
        }

        _heart = new Timer(_ => Beat(), null, StudyWorker.BeatInterval, StudyWorker.BeatInterval);
    }

    /// <summary>Whether others are at work on trials.</summary>
    public bool IsElsewhere
    {
        get
        {
            lock (_gate)
            {
                return Try(() =>
                {
                    ReadTrials(out var owners);
                    return owners.Values.Any(o => o != _worker.Name);
                });
            }
        }
    }

    /// <summary>Takes over the lowest trial that nobody works on any more, or the next new number below a limit.</summary>
    /// <param name="limit">How many trials there may be in all.</param>
    /// <param name="propose">Gives the point and parameters of a new trial; null when there are no more, and the number is not
    /// taken.</param>
    /// <param name="mayStart">Whether a new trial may start already, given the trials that there are.</param>
    public (Claim Outcome, TrialRecord? Trial) TakeNext(int limit, Func<int, (double[] Point, Parameter Parameters)?> propose,
        Func<int, IReadOnlyList<TrialRecord>, bool> mayStart)
    {
        lock (_gate)
        {
            var (outcome, taken) = Try(() => InTransaction<(Claim, TrialRecord?)>(() =>
            {
                var trials = ReadTrials(out var owners);
                foreach ((var number, var owner) in owners.OrderBy(o => o.Key))
                {
                    if (owner == _worker.Name ? _taken.Contains(number) : !_worker.IsGone(owner, BeatOf))
                        continue;
                    _database.Execute("DELETE FROM curve WHERE number = @number", ("@number", number));
                    _database.Execute("UPDATE trial SET owner = @owner WHERE number = @number", ("@owner", _worker.Name),
                        ("@number", number));
                    return (Claim.Taken, trials[number]);
                }

                var next = trials.Count;
                if (next >= limit)
                    return (Claim.None, null);
                if (!mayStart(next, trials))
                    return (Claim.Later, null);
                if (propose(next) is not { } proposal)
                    return (Claim.None, null);
                _database.Execute("INSERT INTO trial (number, state, point, parameters, owner) VALUES (@number, @state, @point, "
                    + "@parameters, @owner)",
                    ("@number", next), ("@state", (int)TrialState.Running), ("@point", JsonSerializer.Serialize(proposal.Point)),
                    ("@parameters", proposal.Parameters.ToJson()), ("@owner", _worker.Name));
                return (Claim.Taken,
                    new TrialRecord
                    {
                        Number = next,
                        State = TrialState.Running,
                        Point = proposal.Point,
                        Parameters = proposal.Parameters
                    });
            }));
            if (taken is not null)
                _taken.Add(taken.Number);
            return (outcome, taken);
        }
    }

    /// <summary>Keeps a point of a trial's curve, unless somebody else has taken the trial over.</summary>
    public void AddPoint(int number, int step, double value) =>
        Change("INSERT INTO curve SELECT @number, @step, @value WHERE EXISTS (SELECT 1 FROM trial WHERE number = @number AND "
            + "owner = @owner) ON CONFLICT (number, step) DO UPDATE SET value = excluded.value",
            ("@number", number), ("@step", step), ("@value", _database.Stored(value)), ("@owner", _worker.Name));

    /// <summary>Records how a trial ended, unless it ended already or somebody else has taken it over: then their word
    /// stands.</summary>
    public void Finish(int number, TrialState state, double? value, string? error, double seconds) =>
        Change("UPDATE trial SET state = @state, value = @value, error = @error, seconds = @seconds, owner = '' WHERE "
            + "number = @number AND owner = @owner",
            ("@state", (int)state), ("@value", value is { } v ? _database.Stored(v) : DBNull.Value),
            ("@error", (object?)error ?? DBNull.Value),
            ("@seconds", seconds), ("@number", number), ("@owner", _worker.Name));

    /// <summary>Gives a trial back unfinished, for whoever comes next.</summary>
    public void Release(int number)
    {
        Change("UPDATE trial SET owner = '' WHERE number = @number AND owner = @owner", ("@number", number),
            ("@owner", _worker.Name));
        lock (_gate)
            _taken.Remove(number);
    }

    public IReadOnlyList<TrialRecord> Read()
    {
        lock (_gate)
            return Try(() => ReadTrials(out _));
    }

    /// <summary>Closes the connection; trials that were taken and have not ended are for whoever comes next.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _heart?.Dispose();
            _database.Dispose();
            _worker.Dispose();
        }
    }

    private List<TrialRecord> ReadTrials(out Dictionary<int, string> owners)
    {
        // Trials before their curves: a trial gets no more points after its end, so one that is seen ended is seen with all of
        // them, although others may write between the two queries.
        owners = [];
        List<TrialRecord> read = [];
        (string, object) from = ("@from", _settled.Count);
        using (var command = _database.Command(
            "SELECT number, state, point, parameters, value, error, seconds, owner FROM trial WHERE number >= @from ORDER BY "
                + "number", from))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var trial = ReadTrial(reader);
                if (trial.State == TrialState.Running)
                    owners[trial.Number] = reader.GetString(7);
                read.Add(trial);
            }
        }

        var curves = ReadCurves(from);
        var running = owners.Count == 0 ? int.MaxValue : owners.Keys.Min();
        List<TrialRecord> trials = [.. _settled,
            .. read.Select(t => curves.TryGetValue(t.Number, out var curve) ? t with { Curve = curve } : t)];
        _settled.AddRange(trials.Skip(_settled.Count).TakeWhile(t => t.Number < running));
        return trials;
    }

    private Dictionary<int, List<CurvePoint>> ReadCurves((string Name, object Value) from)
    {
        Dictionary<int, List<CurvePoint>> curves = [];
        using var command = _database.Command(
            "SELECT number, step, value FROM curve WHERE number >= @from ORDER BY number, step", from);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var number = reader.GetInt32(0);
            if (!curves.TryGetValue(number, out var curve))
                curves[number] = curve = [];
            curve.Add(new CurvePoint(reader.GetInt32(1), Loaded(reader, 2)));
        }

        return curves;
    }

    private static TrialRecord ReadTrial(DbDataReader reader) => new()
    {
        Number = reader.GetInt32(0),
        State = (TrialState)reader.GetInt32(1),
        Point = JsonSerializer.Deserialize<double[]>(reader.GetString(2))!,
        Parameters = Parameter.FromJson(reader.GetString(3)),
        Value = reader.IsDBNull(4) ? null : Loaded(reader, 4),
        Error = reader.IsDBNull(5) ? null : reader.GetString(5),
        Seconds = reader.IsDBNull(6) ? null : reader.GetDouble(6),
    };

    private void RefuseOtherSettings(JsonObject settings)
    {
        var format = Convert.ToInt64(_database.Scalar("SELECT format FROM study"), CultureInfo.InvariantCulture);
        if (format != FormatVersion)
        {
            throw new StudyException(
                $"{_database.Name}: the study was written by another version (format {format}; {FormatVersion} is read).");
        }

        var kept = JsonNode.Parse((string)_database.Scalar("SELECT settings FROM study")!)!.AsObject();
        string[] differences = [.. settings.Select(s => s.Key).Where(name => !JsonNode.DeepEquals(settings[name], kept[name]))
            .Select(name => name == "space" && kept[name] is JsonObject before
                ? Differences(before, settings[name]!.AsObject())
                : $"{name} was {Text(kept[name])} and is now {Text(settings[name])}")];
        if (differences.Length > 0)
        {
            throw new StudyException($"{_database.Name}: the study was begun with other settings: "
                + $"{string.Join("; ", differences)}. Go on with those, or name another place for the study.");
        }
    }

    private static string Differences(JsonObject before, JsonObject now) =>
        string.Join("; ", before.Select(p => p.Key).Union(now.Select(p => p.Key))
            .Where(name => !JsonNode.DeepEquals(before[name], now[name]))
            .Select(name => $"space {name} was {Text(before[name])} and is now {Text(now[name])}")
                .DefaultIfEmpty("the space's order is another"));

    // What is stored names the kind of a range by its type, which says nothing to users.
    private static string Text(JsonNode? node) => node == null ? "not there"
        : $"'{TypeOfRange().Replace(node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>()
            : node.ToJsonString(s_readable), "")}'";

    [GeneratedRegex(@"\bUniform\w+Option ")]
    private static partial Regex TypeOfRange();

    // Other machines cannot see whether this process lives, but they see whether its heart beats.
    private void Beat()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            try
            {
                Change("INSERT INTO worker VALUES (@owner, 1) ON CONFLICT (owner) DO UPDATE SET beat = worker.beat + 1",
                    ("@owner", _worker.Name));
            }
            catch (StudyException) when (_heart is not null)
            {
                // The study is busy beyond all patience; the next beat comes soon.
            }
        }
    }

    private long BeatOf(string owner) =>
        _database.Scalar("SELECT beat FROM worker WHERE owner = @owner", ("@owner", owner)) is long beat ? beat : 0;

    private static double Loaded(DbDataReader reader, int column) => reader.GetValue(column) is double value
        ? value : double.NaN;

    private void Change(string sql, params (string Name, object Value)[] parameters)
    {
        lock (_gate)
        {
            Try(() => InTransaction(() =>
            {
                _database.Execute(sql, parameters);
                return 0;
            }));
        }
    }

    /// <summary>Does work, again where the connection was lost: all work may be done twice.</summary>
    private T Try<T>(Func<T> work)
    {
        // What is part of a transaction is done again with all of it.
        return _inTransaction ? work() : _database.Readable(() => TryAgain(work));
    }

    private T TryAgain<T>(Func<T> work)
    {
        for (var since = Stopwatch.StartNew(); ; Thread.Sleep(s_pause))
        {
            try
            {
                if (!_database.IsOpen)
                    _database.Open();
                return work();
            }
            catch (DbException error) when (_database.IsLost(error) && since.Elapsed < s_patience)
            {
                continue;
            }
            catch (DbException error)
            {
                throw new StudyException($"{_database.Name}: the study cannot be written to: {error.Message} What was recorded "
                    + "is kept, and the same search goes on when this is mended.", error);
            }
        }
    }

    private T InTransaction<T>(Func<T> work)
    {
        _database.Execute(_database.BeginAlone);
        _inTransaction = true;
        try
        {
            var result = work();
            _database.Execute("COMMIT");
            return result;
        }
        catch
        {
            try
            {
                if (_database.IsOpen)
                    _database.Execute("ROLLBACK");
            }
            catch (DbException)
            {
                // The database has rolled back itself, as SQLite does when the disk is full.
            }

            throw;
        }
        finally
        {
            _inTransaction = false;
        }
    }

    /// <summary>What came of asking for a trial.</summary>
    internal enum Claim
    {
        /// <summary>There are no more.</summary>
        None,

        /// <summary>The next one must wait for trials that others work on.</summary>
        Later,

        /// <summary>It is the asker's to run.</summary>
        Taken,
    }
}
