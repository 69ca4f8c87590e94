using System.Diagnostics;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>A PostgreSQL server of the tests' own, in a temporary folder and on a Unix socket alone: nothing of it is left when
/// this process ends, however it ends.</summary>
internal static class PostgresCluster
{
    private static readonly string? s_programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "initdb"))).Max(StringComparer.Ordinal)
        : null;

    private static readonly Lazy<string> s_socket = new(Start);

    /// <summary>Why there is no server; null when there can be one.</summary>
    public static string? WhyNot => !OperatingSystem.IsLinux() || s_programs is null
        ? "PostgreSQL's programs are not in /usr/lib/postgresql (Debian: apt-get install postgresql)" : null;

    /// <summary>The connection string of a database of the server.</summary>
    public static string Place(string schema, string database = "postgres") =>
        $"Host={s_socket.Value};Username=postgres;Database={database};Search Path={schema}";

    /// <summary>Ends the connections of an application, as a server that restarts ends all; other tests keep theirs.</summary>
    public static string EndConnectionsOf(string application) =>
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{application}'";

    private static string Start()
    {
        var folder = Directory.CreateTempSubdirectory("pg-").FullName;

        // The shell waits for the end of its input, which comes with the end of this process.
        var script = $"""
            cd {folder} && {s_programs}/initdb -D {folder}/data -U postgres -A trust --no-sync > {folder}/log 2>&1 || exit 1
            {s_programs}/postgres -D {folder}/data -k {folder} -c listen_addresses= -c fsync=off >> {folder}/log 2>&1 &
            server=$!
            cat > /dev/null
            kill -QUIT $server
            wait $server
            cd / && rm -rf {folder}
            """;
        var isRoot = Environment.UserName == "root";
        if (isRoot)
            Process.Start("chown", ["postgres", folder]).WaitForExit();
        string[] line = isRoot ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
        };
        var shell = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => shell.StandardInput.Dispose();
        var isUp = SpinWait.SpinUntil(() =>
        {
            Thread.Sleep(50);
            if (shell.HasExited)
                return true;
            using var ready = Process.Start(Path.Combine(s_programs!, "pg_isready"), ["-q", "-h", folder]);
            return ready.WaitForExit(5000) && ready.ExitCode == 0;
        }, TimeSpan.FromSeconds(30));
        return isUp && !shell.HasExited ? folder
            : throw new InvalidOperationException($"PostgreSQL did not start: {File.ReadAllText(Path.Combine(folder, "log"))}");
    }
}

/// <summary>A fact about PostgreSQL; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.WhyNot;
}
