namespace MlPipeline.Trainers.Search;

/// <summary>Where a study is kept: an SQLite file, or a PostgreSQL database that several machines share.</summary>
public static class StudyPlace
{
    /// <summary>Whether a study's place is a database of a server, as <c>postgresql://user@host/database?search_path=NAME</c> or
    /// <c>Host=...;Database=...;Search Path=NAME</c> says it, and not a file.</summary>
    /// <param name="place">What a user wrote.</param>
    public static bool IsServer(string place) => PostgresStudyDatabase.IsPlace(place);

    /// <summary>The place as it may be shown: without a password.</summary>
    /// <param name="place">What a user wrote.</param>
    /// <exception cref="StudyException">It is no connection string.</exception>
    public static string NameOf(string place) => IsServer(place) ? PostgresStudyDatabase.NameOf(place) : place;

    /// <summary>Whether a study was begun there.</summary>
    /// <param name="place">What a user wrote.</param>
    /// <exception cref="StudyException">The server cannot be reached.</exception>
    public static bool Exists(string place)
    {
        if (!IsServer(place))
            return File.Exists(place);
        using var database = StudyDatabase.At(place);
        return database.Guarded(() =>
        {
            database.Open();
            return database.TablesThere().Own == StudyDatabase.Tables;
        });
    }

    /// <summary>A place beside, for one of the searches of a nested cross-validation.</summary>
    internal static string OfFold(string place, int fold) =>
        IsServer(place) ? PostgresStudyDatabase.OfFold(place, fold) : $"{place}.fold{fold}";
}
