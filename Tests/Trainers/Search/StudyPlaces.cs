using System.Data.Common;
using Microsoft.Data.Sqlite;
using MlPipeline.Trainers.Search;
using Npgsql;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>Places for studies, of every kind that is there: the tests of studies hold for all of them.</summary>
internal sealed class StudyPlaces : IDisposable
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgresql";

    private readonly string _folder = Directory.CreateTempSubdirectory("study-").FullName;
    private readonly string _schema = $"t{Guid.NewGuid():N}";

    public static IReadOnlyList<string> Kinds => PostgresCluster.WhyNot is null ? [Sqlite, Postgres] : [Sqlite];

    public string Of(string kind, string name) =>
        kind == Sqlite ? Path.Combine(_folder, $"{name}.db") : PostgresCluster.Place($"{_schema}_{name}");

    /// <summary>What messages call a place.</summary>
    public string NameOf(string kind, string name) => kind == Sqlite ? Of(kind, name) : $"{_schema}_{name}";

    public static void Run(string place, string sql)
    {
        using DbConnection connection = StudyPlace.IsServer(place) ? new NpgsqlConnection($"{place};Pooling=False")
            : new SqliteConnection($"Data Source={place};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
