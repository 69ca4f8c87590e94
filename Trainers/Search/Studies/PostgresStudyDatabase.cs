using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// A study in a schema of a PostgreSQL database: the first of the search path. It has one writer at a time, as an SQLite file
/// has: a transaction begins with a lock that the schema's name stands for. A connection that is lost is opened again.
/// </summary>
internal sealed partial class PostgresStudyDatabase : StudyDatabase
{
    private const string DefaultSchema = "public";

    // A machine that vanishes in the middle of a transaction must not stop the others for long.
    private const string Settings = "SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning";

    private static readonly string[] s_schemes = ["postgresql://", "postgres://"];

    private readonly NpgsqlConnectionStringBuilder _builder;
    private readonly string _schema;

    public PostgresStudyDatabase(string place)
    {
        _builder = Parse(place);
        _schema = SchemaOf(_builder);
        Name = NameOf(_builder);
    }

    public override string Name { get; }

    public override string OtherPlace => "name a schema for the study, with ?search_path=NAME in the address or Search Path=NAME "
        + "in the connection string";

    public override string Schema => $"""
        {(_schema == DefaultSchema ? "" : $"CREATE SCHEMA IF NOT EXISTS {Quoted(_schema)};")}
        CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, settings TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS trial (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, point TEXT NOT NULL, parameters TEXT NOT NULL,
            value DOUBLE PRECISION, error TEXT, seconds DOUBLE PRECISION, owner TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS curve (number INTEGER NOT NULL, step INTEGER NOT NULL, value DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (number, step));
        CREATE TABLE IF NOT EXISTS worker (owner TEXT PRIMARY KEY, beat BIGINT NOT NULL);
        """;

    // What a statement behind the lock sees is what others had written when the lock was given.
    public override string BeginAlone => string.Create(CultureInfo.InvariantCulture,
        $"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LockKey})");

    private long LockKey => unchecked((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"mlpipeline study {_schema}")));

    public static bool IsPlace(string place) =>
        s_schemes.Any(s => place.StartsWith(s, StringComparison.OrdinalIgnoreCase)) || HostKey().IsMatch(place);

    public static string NameOf(string place) => NameOf(Parse(place));

    public static string OfFold(string place, int fold)
    {
        var builder = Parse(place);
        builder.SearchPath = string.Create(CultureInfo.InvariantCulture, $"{SchemaOf(builder)}_fold{fold}");
        return builder.ConnectionString;
    }

    public override (long All, long Own) TablesThere()
    {
        const string Count = "SELECT count(*) FROM pg_tables WHERE schemaname = @schema";
        return ((long)Scalar(Count, ("@schema", _schema))!,
            (long)Scalar(Count + " AND tablename IN ('study', 'trial', 'curve', 'worker')", ("@schema", _schema))!);
    }

    public override object Stored(double value) => value;

    protected override DbConnection Connect() => new NpgsqlConnection(_builder.ConnectionString);

    protected override void Opened() => Execute(Settings);

    private static string SchemaOf(NpgsqlConnectionStringBuilder builder) =>
        builder.SearchPath?.Split(',')[0].Trim().Trim('"') is { Length: > 0 } schema ? schema : DefaultSchema;

    private static string NameOf(NpgsqlConnectionStringBuilder builder)
    {
        var schema = SchemaOf(builder);
        return $"postgresql://{(builder.Username is { } user ? $"{user}@" : "")}{builder.Host}"
            + (builder.Host?.StartsWith('/') == true || builder.Port == NpgsqlConnection.DefaultPort ? "" : $":{builder.Port}")
            + $"/{builder.Database}" + (schema == DefaultSchema ? "" : $"?search_path={schema}");
    }

    /// <summary>Reads an address or a connection string. No message repeats any of it: it may hold a password.</summary>
    private static NpgsqlConnectionStringBuilder Parse(string place)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = s_schemes.Any(s => place.StartsWith(s, StringComparison.OrdinalIgnoreCase)) ? FromAddress(place)
                : new NpgsqlConnectionStringBuilder(place);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException or OverflowException
            or InvalidCastException)
        {
            throw new StudyException("The study's connection string cannot be read. Expected "
                + "postgresql://user@host:port/database?search_path=NAME, where special characters are written as %40 for @, or "
                + "Host=...;Username=...;Database=...;Search Path=NAME; the password is best left to PGPASSWORD or ~/.pgpass.");
        }

        if (string.IsNullOrEmpty(builder.Host))
            throw new StudyException("The study's connection string names no host.");
        builder.Pooling = false;
        builder.ApplicationName ??= "mlpipeline";

        // Whoever is told the place of the study, or asks the connection for it, is not told the password.
        builder.PersistSecurityInfo = false;
        builder.SearchPath = SchemaOf(builder) is var schema && schema != DefaultSchema ? Quoted(schema) : null;
        return builder;
    }

    private static NpgsqlConnectionStringBuilder FromAddress(string place)
    {
        var address = new Uri(place);

        // A password with a slash or a question mark in it would be taken for a database.
        if (address.PathAndQuery.Contains('@') || address.Fragment.Length > 0)
            throw new FormatException();
        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(address.Host) };
        if (address.Port > 0)
            builder.Port = address.Port;
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var secret])
        {
            builder.Username = Uri.UnescapeDataString(user);
            if (secret is [var password])
                builder.Password = Uri.UnescapeDataString(password);
        }

        if (address.AbsolutePath.Trim('/') is { Length: > 0 } database)
            builder.Database = Uri.UnescapeDataString(database);
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is not [var key, var value])
                throw new FormatException();
            builder[KeyOf(key)] = Uri.UnescapeDataString(value);
        }

        return builder;
    }

    // The words of libpq's addresses, where Npgsql has others.
    private static string KeyOf(string word) => word switch
    {
        "search_path" => "Search Path",
        "dbname" => "Database",
        "user" => "Username",
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        _ => word.Replace('_', ' '),
    };

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"(^|;)\s*(host|server)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();
}
