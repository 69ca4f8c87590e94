using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MlPipeline.Trainers.Search;

/// <summary>A study in an SQLite file. A process that is killed leaves the file as its last transaction left it.</summary>
internal sealed class SqliteStudyDatabase(string path) : StudyDatabase
{
    public override string Name => path;

    public override string OtherPlace => "name another file";

    public override string Schema => """
        CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, settings TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS trial (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, point TEXT NOT NULL, parameters TEXT NOT NULL,
            value, error TEXT, seconds REAL, owner TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS curve (number INTEGER NOT NULL, step INTEGER NOT NULL, value NOT NULL,
            PRIMARY KEY (number, step));
        CREATE TABLE IF NOT EXISTS worker (owner TEXT PRIMARY KEY, beat INTEGER NOT NULL);
        """;

    public override string BeginAlone => "BEGIN IMMEDIATE";

    public override (long All, long Own) TablesThere() => (
        (long)Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")!,
        (long)Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
            + "AND name IN ('study', 'trial', 'curve', 'worker')")!);

    public override void Prepared()
    {
        Execute("PRAGMA journal_mode = WAL");

        // What a killed process committed is kept; only a power cut could take back the last trials, never damage the file.
        Execute("PRAGMA synchronous = NORMAL");
    }

    // SQLite has no NaN (it turns into NULL): it is kept as text.
    public override object Stored(double value) => double.IsNaN(value) ? "NaN" : value;

    protected override DbConnection Connect()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        return new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
    }
}
