using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// A study's trials in an SQLite file. Every change is one transaction, so a process that is killed leaves each trial either as
/// it was or as it became, and several processes may work on one file.
/// </summary>
internal sealed partial class StudyStore : IDisposable
{
    private const int FormatVersion = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, settings TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS trial (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, point TEXT NOT NULL, parameters TEXT NOT NULL,
            value, error TEXT, seconds REAL, owner TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS curve (number INTEGER NOT NULL, step INTEGER NOT NULL, value NOT NULL,
            PRIMARY KEY (number, step));
        CREATE TABLE IF NOT EXISTS worker (owner TEXT PRIMARY KEY, beat INTEGER NOT NULL);
        """;

    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly StudyWorker _worker = new();
    private readonly Timer? _heart;
    private readonly Lock _gate = new();

    // The first trials, as far as all of them have ended: nothing changes there, and they are read only once.
    private readonly List<TrialRecord> _settled = [];
    private bool _disposed;

    public StudyStore(string path, JsonObject settings)
    {
        _path = path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder != null)
            Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
        try
        {
            _connection.Open();
            RefuseOtherDatabases();
            Execute("PRAGMA journal_mode = WAL");

            // What a killed process committed is kept; only a power cut could take back the last trials, never damage the file.
            Execute("PRAGMA synchronous = NORMAL");
            InTransaction(() =>
            {
                Execute(Schema);
                Execute("INSERT OR IGNORE INTO study VALUES (1, $format, $settings)", ("$format", FormatVersion),
                    ("$settings", settings.ToJsonString()));
                return 0;
            });
            RefuseOtherSettings(settings);
            Beat();
        }
        catch (Exception error)
        {
            _connection.Dispose();
            _worker.Dispose();
            if (error is SqliteException)
                throw new StudyException($"{path}: this cannot be used as a study file: {error.Message}", error);
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
                ReadTrials(out var owners);
                return owners.Values.Any(o => o != _worker.Name);
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
            return InTransaction<(Claim, TrialRecord?)>(() =>
            {
                var trials = ReadTrials(out var owners);
                foreach ((var number, var owner) in owners.OrderBy(o => o.Key))
                {
                    if (!_worker.IsGone(owner, BeatOf))
                        continue;
                    Execute("DELETE FROM curve WHERE number = $number", ("$number", number));
                    Execute("UPDATE trial SET owner = $owner WHERE number = $number", ("$owner", _worker.Name),
                        ("$number", number));
                    return (Claim.Taken, trials[number]);
                }

                var next = trials.Count;
                if (next >= limit)
                    return (Claim.None, null);
                if (!mayStart(next, trials))
                    return (Claim.Later, null);
                if (propose(next) is not { } proposal)
                    return (Claim.None, null);
                Execute("INSERT INTO trial (number, state, point, parameters, owner) VALUES ($number, $state, $point, "
                    + "$parameters, $owner)",
                    ("$number", next), ("$state", (int)TrialState.Running), ("$point", JsonSerializer.Serialize(proposal.Point)),
                    ("$parameters", proposal.Parameters.ToJson()), ("$owner", _worker.Name));
                return (Claim.Taken,
                    new TrialRecord
                    {
                        Number = next,
                        State = TrialState.Running,
                        Point = proposal.Point,
                        Parameters = proposal.Parameters
                    });
            });
        }
    }

    /// <summary>Keeps a point of a trial's curve, unless somebody else has taken the trial over.</summary>
    public void AddPoint(int number, int step, double value)
    {
        lock (_gate)
        {
            Execute("INSERT OR REPLACE INTO curve SELECT $number, $step, $value WHERE EXISTS (SELECT 1 FROM trial WHERE number "
                + "= $number AND owner = $owner)",
                ("$number", number), ("$step", step), ("$value", Stored(value)), ("$owner", _worker.Name));
        }
    }

    /// <summary>Records how a trial ended, unless it ended already or somebody else has taken it over: then their word
    /// stands.</summary>
    public void Finish(int number, TrialState state, double? value, string? error, double seconds)
    {
        lock (_gate)
        {
            Execute("UPDATE trial SET state = $state, value = $value, error = $error, seconds = $seconds, owner = '' WHERE "
                + "number = $number AND owner = $owner",
                ("$state", (int)state), ("$value", value is { } v ? Stored(v) : DBNull.Value),
                ("$error", (object?)error ?? DBNull.Value),
                ("$seconds", seconds), ("$number", number), ("$owner", _worker.Name));
        }
    }

    /// <summary>Gives a trial back unfinished, for whoever comes next.</summary>
    public void Release(int number)
    {
        lock (_gate)
        {
            Execute("UPDATE trial SET owner = '' WHERE number = $number AND owner = $owner", ("$number", number),
                ("$owner", _worker.Name));
        }
    }

    public IReadOnlyList<TrialRecord> Read()
    {
        lock (_gate)
            return ReadTrials(out _);
    }

    /// <summary>Closes the file; trials that were taken and have not ended are for whoever comes next.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _heart?.Dispose();
            _connection.Dispose();
            _worker.Dispose();
        }
    }

    private List<TrialRecord> ReadTrials(out Dictionary<int, string> owners)
    {
        // Trials before their curves: a trial gets no more points after its end, so one that is seen ended is seen with all of
        // them, although others may write between the two queries.
        owners = [];
        List<TrialRecord> read = [];
        (string, object) from = ("$from", _settled.Count);
        using (var command = Command(
            "SELECT number, state, point, parameters, value, error, seconds, owner FROM trial WHERE number >= $from ORDER BY "
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
        using var command = Command("SELECT number, step, value FROM curve WHERE number >= $from ORDER BY number, step", from);
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

    private static TrialRecord ReadTrial(SqliteDataReader reader) => new()
    {
        Number = reader.GetInt32(0),
        State = (TrialState)reader.GetInt32(1),
        Point = JsonSerializer.Deserialize<double[]>(reader.GetString(2))!,
        Parameters = Parameter.FromJson(reader.GetString(3)),
        Value = reader.IsDBNull(4) ? null : Loaded(reader, 4),
        Error = reader.IsDBNull(5) ? null : reader.GetString(5),
        Seconds = reader.IsDBNull(6) ? null : reader.GetDouble(6),
    };

    private void RefuseOtherDatabases()
    {
        var tables = (long)Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
        var own = (long)Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('study', 'trial', 'curve')");
        if (tables > 0 && own < 3)
            throw new StudyException($"{_path}: this is a database, but no study; name another file.");
    }

    private void RefuseOtherSettings(JsonObject settings)
    {
        var format = (long)Scalar("SELECT format FROM study");
        if (format != FormatVersion)
        {
            throw new StudyException(
                $"{_path}: the study was written by another version (format {format}; {FormatVersion} is read).");
        }

        var kept = JsonNode.Parse((string)Scalar("SELECT settings FROM study"))!.AsObject();
        string[] differences = [.. settings.Select(s => s.Key).Where(name => !JsonNode.DeepEquals(settings[name], kept[name]))
            .Select(name => name == "space" && kept[name] is JsonObject before
                ? Differences(before, settings[name]!.AsObject())
                : $"{name} was {Text(kept[name])} and is now {Text(settings[name])}")];
        if (differences.Length > 0)
        {
            throw new StudyException($"{_path}: the study was begun with other settings: {string.Join("; ", differences)}. Go "
                + "on with those, or name another file for the study.");
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
                Execute("INSERT INTO worker VALUES ($owner, 1) ON CONFLICT (owner) DO UPDATE SET beat = beat + 1",
                    ("$owner", _worker.Name));
            }
            catch (StudyException)
            {
                // The file is busy beyond all patience; the next beat comes soon.
            }
        }
    }

    private long BeatOf(string owner)
    {
        using var command = Command("SELECT beat FROM worker WHERE owner = $owner", ("$owner", owner));
        return command.ExecuteScalar() is long beat ? beat : 0;
    }

    // SQLite has no NaN (it turns into NULL): it is kept as text.
    private static object Stored(double value) => double.IsNaN(value) ? "NaN" : value;

    private static double Loaded(SqliteDataReader reader, int column) => reader.GetValue(column) is double value
        ? value : double.NaN;

    private T InTransaction<T>(Func<T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            try
            {
                Execute("ROLLBACK");
            }
            catch (Exception error) when (error is SqliteException or StudyException)
            {
                // SQLite has rolled back itself, as it does when the disk is full.
            }

            throw;
        }
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        try
        {
            using var command = Command(sql, parameters);
            command.ExecuteNonQuery();
        }
        catch (SqliteException error) when (_heart != null)
        {
            throw Trouble(error);
        }
    }

    private StudyException Trouble(SqliteException error) =>
        new($"{_path}: the study cannot be written to: {error.Message} What was recorded is kept, and the same search goes on "
            + "when this is mended.", error);

    private object Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar() ?? throw new StudyException($"{_path}: this is no study file.");
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((var name, var value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
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
