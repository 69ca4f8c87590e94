using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// A study's trials in an SQLite file. Every change is one transaction, so a process that is killed leaves each trial either as it was
/// or as it became, and several processes may work on one file.
/// </summary>
internal sealed class StudyStore : IDisposable
{
    private const int FormatVersion = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, settings TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS trial (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, point TEXT NOT NULL, parameters TEXT NOT NULL,
            value REAL, error TEXT, seconds REAL, owner TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS curve (number INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (number, step));
        """;

    private static readonly string s_owner = OwnerName();
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    // Trials that this process works on now; what else carries its name was left by an earlier run in the same process.
    private readonly HashSet<int> _mine = [];

    public StudyStore(string path, string settings)
    {
        _path = path;
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder != null)
            Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = NORMAL");
            InTransaction(() =>
            {
                Execute(Schema);
                Execute("INSERT OR IGNORE INTO study VALUES (1, $format, $settings)", ("$format", FormatVersion), ("$settings", settings));
                return 0;
            });
        }
        catch (SqliteException error)
        {
            _connection.Dispose();
            throw new StudyException($"{path}: this cannot be used as a study file: {error.Message}", error);
        }

        string kept = (string)Scalar("SELECT settings FROM study")!;
        long format = (long)Scalar("SELECT format FROM study")!;
        if (format != FormatVersion || kept != settings)
        {
            _connection.Dispose();
            throw new StudyException(format != FormatVersion
                ? $"{path}: the study was written by another version (format {format}, {FormatVersion} is read)."
                : $"{path}: the study was begun with other settings; go on with those, or name another file. Begun with: {kept}. Asked for: {settings}.");
        }
    }

    /// <summary>Takes over the lowest trial that nobody works on any more, or the next new number below a limit.</summary>
    /// <param name="limit">How many trials there may be in all.</param>
    /// <param name="propose">Gives the point and parameters of a new trial; null when there are no more, and the number is not taken.</param>
    /// <param name="mayStart">Whether a new trial may start already, given the trials that there are.</param>
    public (Claim Outcome, TrialRecord? Trial) TakeNext(int limit, Func<int, (double[] Point, Parameter Parameters)?> propose,
        Func<int, IReadOnlyList<TrialRecord>, bool> mayStart)
    {
        lock (_gate)
        {
            return InTransaction<(Claim, TrialRecord?)>(() =>
            {
                List<TrialRecord> trials = ReadTrials(out List<string> owners);
                for (int i = 0; i < trials.Count; i++)
                {
                    if (trials[i].State != TrialState.Running || !IsAbandoned(trials[i].Number, owners[i]))
                        continue;
                    Execute("DELETE FROM curve WHERE number = $number", ("$number", trials[i].Number));
                    Execute("UPDATE trial SET owner = $owner WHERE number = $number", ("$owner", s_owner), ("$number", trials[i].Number));
                    _mine.Add(trials[i].Number);
                    return (Claim.Taken, trials[i]);
                }

                int next = trials.Count;
                if (next >= limit)
                    return (Claim.None, null);
                if (!mayStart(next, trials))
                    return (Claim.Later, null);
                if (propose(next) is not { } proposal)
                    return (Claim.None, null);
                Execute("INSERT INTO trial (number, state, point, parameters, owner) VALUES ($number, $state, $point, $parameters, $owner)",
                    ("$number", next), ("$state", (int)TrialState.Running), ("$point", JsonSerializer.Serialize(proposal.Point)),
                    ("$parameters", proposal.Parameters.ToJson()), ("$owner", s_owner));
                _mine.Add(next);
                return (Claim.Taken, new TrialRecord { Number = next, State = TrialState.Running, Point = proposal.Point, Parameters = proposal.Parameters });
            });
        }
    }

    public void AddPoint(int number, int step, double value)
    {
        lock (_gate)
            Execute("INSERT OR REPLACE INTO curve VALUES ($number, $step, $value)", ("$number", number), ("$step", step), ("$value", Stored(value)));
    }

    public void Finish(int number, TrialState state, double? value, string? error, double seconds)
    {
        lock (_gate)
        {
            Execute("UPDATE trial SET state = $state, value = $value, error = $error, seconds = $seconds WHERE number = $number",
                ("$state", (int)state), ("$value", value is { } v ? Stored(v) : DBNull.Value), ("$error", (object?)error ?? DBNull.Value),
                ("$seconds", seconds), ("$number", number));
            _mine.Remove(number);
        }
    }

    /// <summary>Gives a trial back unfinished, for whoever comes next.</summary>
    public void Release(int number)
    {
        lock (_gate)
        {
            Execute("UPDATE trial SET owner = '' WHERE number = $number", ("$number", number));
            _mine.Remove(number);
        }
    }

    public IReadOnlyList<TrialRecord> Read()
    {
        lock (_gate)
            return ReadTrials(out _);
    }

    public void Dispose() => _connection.Dispose();

    private List<TrialRecord> ReadTrials(out List<string> owners)
    {
        Dictionary<int, List<CurvePoint>> curves = [];
        using (SqliteCommand command = Command("SELECT number, step, value FROM curve ORDER BY number, step"))
        using (SqliteDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                int number = reader.GetInt32(0);
                if (!curves.TryGetValue(number, out List<CurvePoint>? curve))
                    curves[number] = curve = [];
                curve.Add(new CurvePoint(reader.GetInt32(1), Loaded(reader, 2)));
            }
        }

        owners = [];
        List<TrialRecord> trials = [];
        using (SqliteCommand command = Command("SELECT number, state, point, parameters, value, error, seconds, owner FROM trial ORDER BY number"))
        using (SqliteDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                trials.Add(new TrialRecord
                {
                    Number = reader.GetInt32(0),
                    State = (TrialState)reader.GetInt32(1),
                    Point = JsonSerializer.Deserialize<double[]>(reader.GetString(2))!,
                    Parameters = Parameter.FromJson(reader.GetString(3)),
                    Value = reader.IsDBNull(4) ? null : Loaded(reader, 4),
                    Error = reader.IsDBNull(5) ? null : reader.GetString(5),
                    Seconds = reader.IsDBNull(6) ? null : reader.GetDouble(6),
                    Curve = curves.GetValueOrDefault(reader.GetInt32(0)) ?? [],
                });
                owners.Add(reader.GetString(7));
            }
        }

        return trials;
    }

    private bool IsAbandoned(int number, string owner)
    {
        if (owner == s_owner)
            return !_mine.Contains(number);
        string[] parts = owner.Split('/');
        if (parts.Length != 3)
            return true;
        if (parts[0] != Environment.MachineName)
            return false;
        try
        {
            using Process process = Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture));
            return StartOf(process) != parts[2];
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }

    // A process id alone is used again; with its start time it names one process.
    private static string OwnerName()
    {
        using Process self = Process.GetCurrentProcess();
        return $"{Environment.MachineName}/{self.Id}/{StartOf(self)}";
    }

    private static string StartOf(Process process) => process.StartTime.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    // SQLite has no NaN (it turns into NULL): it is kept as text.
    private static object Stored(double value) => double.IsNaN(value) ? "NaN" : value;

    private static double Loaded(SqliteDataReader reader, int column) => reader.GetValue(column) is double value ? value : double.NaN;

    private T InTransaction<T>(Func<T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            T result = work();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            Execute("ROLLBACK");
            throw;
        }
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using SqliteCommand command = Command(sql);
        return command.ExecuteScalar() ?? throw new StudyException($"{_path}: this is no study file.");
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
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
