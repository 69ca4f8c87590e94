using System.Data;
using System.Data.Common;
using System.Text.Json;

namespace MlPipeline.Trainers.Search;

/// <summary>One connection to the database of a study, and what differs among kinds of databases. All else of
/// <see cref="StudyStore"/> is the same text for all.</summary>
internal abstract class StudyDatabase : IDisposable
{
    /// <summary>How many tables a study has.</summary>
    public const int Tables = 4;

    private DbConnection? _connection;

    /// <summary>The place as messages name it, without a password.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the tables of a study.</summary>
    public abstract string Schema { get; }

    /// <summary>Begins a transaction beside which no other writes to the study; it may wait for others.</summary>
    public abstract string BeginAlone { get; }

    /// <summary>Whether the connection works, as far as is known.</summary>
    public bool IsOpen => _connection?.State == ConnectionState.Open;

    /// <summary>What would be right where other tables lie at the place.</summary>
    public abstract string OtherPlace { get; }

    public static StudyDatabase At(string place) =>
        StudyPlace.IsServer(place) ? new PostgresStudyDatabase(place) : new SqliteStudyDatabase(place);

    /// <summary>Opens the connection, again where it was lost.</summary>
    public void Open()
    {
        _connection?.Dispose();
        _connection = Connect();
        _connection.Open();
        Opened();
    }

    /// <summary>Runs first work on a database.</summary>
    /// <exception cref="StudyException">It failed.</exception>
    public T Guarded<T>(Func<T> work)
    {
        try
        {
            return Readable(work);
        }
        catch (DbException error)
        {
            throw new StudyException($"{Name}: this cannot be used as a study: {error.Message}", error);
        }
    }

    /// <summary>Reads what a study stored.</summary>
    /// <exception cref="StudyException">It is not what a study stores.</exception>
    public T Readable<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (JsonException error)
        {
            throw new StudyException($"{Name}: the study is damaged: {error.Message}", error);
        }
    }

    /// <summary>Counts tables: all, and those with the names of a study's.</summary>
    public abstract (long All, long Own) TablesThere();

    /// <summary>Whether work that failed is to be tried again on a new connection.</summary>
    public bool IsLost(DbException error) => !IsOpen || error.IsTransient;

    /// <summary>Is called when the tables are there.</summary>
    public virtual void Prepared()
    {
    }

    /// <summary>A number as the database keeps it.</summary>
    public abstract object Stored(double value);

    /// <summary>A command; values go in as parameters with an @ before their names.</summary>
    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection!.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of these files; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    public void Dispose() => _connection?.Dispose();

    protected abstract DbConnection Connect();

    /// <summary>Is called on every new connection.</summary>
    protected virtual void Opened()
    {
    }
}
