using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MlPipeline.Trainers.Search;

/// <summary>Who works on a trial: one open study of one process of one machine. Tells whether others still live.</summary>
internal sealed class StudyWorker : IDisposable
{
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Process ids mean something only among processes that see each other: containers of one machine may not.
    private static readonly string s_place = Environment.MachineName
        + (new FileInfo("/proc/self/ns/pid").LinkTarget is { } space ? $" {space}" : "");

    // Where the start is a time of day, each reader derives it anew, off by little.
    private static readonly long s_startTolerance = OperatingSystem.IsLinux() ? 0 : TimeSpan.FromSeconds(2).Ticks;
    private static readonly ConcurrentDictionary<string, bool> s_living = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Beat, long Since)> _seen = new(StringComparer.Ordinal);

    public StudyWorker()
    {
        Name = $"{s_place}/{Environment.ProcessId}/{StartOf(Environment.ProcessId)}/{Guid.NewGuid():N}";
        s_living[Name] = true;
    }

    public string Name { get; }

    /// <summary>Whether a worker can no longer end what it took.</summary>
    /// <param name="owner">The worker's name; empty when nobody has the trial.</param>
    /// <param name="beatOf">The heartbeats of a worker so far.</param>
    public bool IsGone(string owner, Func<string, long> beatOf)
    {
        var parts = owner.Split('/');
        if (parts.Length != 4)
            return true;
        if (s_living.ContainsKey(owner))
            return false;
        if (parts[0] == s_place)
        {
            return !IsRunning(int.Parse(parts[1], CultureInfo.InvariantCulture),
                long.Parse(parts[2], CultureInfo.InvariantCulture));
        }

        // Clocks of two machines differ, so what counts is how long the beat has stood still here.
        var beat = beatOf(owner);
        if (!_seen.TryGetValue(owner, out var seen) || seen.Beat != beat)
        {
            _seen[owner] = (beat, Stopwatch.GetTimestamp());
            return false;
        }

        return Stopwatch.GetElapsedTime(seen.Since) > s_patience;
    }

    public void Dispose() => s_living.TryRemove(Name, out _);

    private static bool IsRunning(int id, long start) =>
        id != Environment.ProcessId && StartOf(id) is { } found && Math.Abs(found - start) <= s_startTolerance;

    // A process id is used again; with the start it names one process. Null when there is none, or only what its parent has not
    // asked after yet. Linux counts from the start of the machine, in fields 3 and 22 of proc(5): no clock that is set meanwhile
    // moves that.
    private static long? StartOf(int id)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(id);
                return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
            }

            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException
            or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
