using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MlPipeline.Trainers.Search;

/// <summary>Who works on a trial: one open study of one process of one machine. Tells whether others still live.</summary>
internal sealed class StudyWorker : IDisposable
{
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<string, bool> s_living = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Beat, long Since)> _seen = new(StringComparer.Ordinal);

    public StudyWorker()
    {
        using Process self = Process.GetCurrentProcess();
        Name = $"{Environment.MachineName}/{self.Id}/{StartOf(self)}/{Guid.NewGuid():N}";
        s_living[Name] = true;
    }

    public string Name { get; }

    /// <summary>Whether a worker can no longer end what it took.</summary>
    /// <param name="owner">The worker's name; empty when nobody has the trial.</param>
    /// <param name="beatOf">The heartbeats of a worker so far.</param>
    public bool IsGone(string owner, Func<string, long> beatOf)
    {
        string[] parts = owner.Split('/');
        if (parts.Length != 4)
            return true;
        if (s_living.ContainsKey(owner))
            return false;
        if (parts[0] == Environment.MachineName)
            return !IsRunning(int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));

        // Clocks of two machines differ, so what counts is how long the beat has stood still here.
        long beat = beatOf(owner);
        if (!_seen.TryGetValue(owner, out (long Beat, long Since) seen) || seen.Beat != beat)
        {
            _seen[owner] = (beat, Stopwatch.GetTimestamp());
            return false;
        }

        return Stopwatch.GetElapsedTime(seen.Since) > s_patience;
    }

    public void Dispose() => s_living.TryRemove(Name, out _);

    // A process id alone is used again; with the start time it names one process. The time is derived anew by each reader, and is off by little.
    private static bool IsRunning(int id, long start)
    {
        if (id == Environment.ProcessId)
            return false;
        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited && !IsZombie(id) && Math.Abs(StartOf(process) - start) <= 2000;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // A killed process whose parent has not asked after it still has its id (proc(5): the state follows the name in parentheses).
    private static bool IsZombie(int id)
    {
        string path = $"/proc/{id}/stat";
        if (!File.Exists(path))
            return false;
        string stat = File.ReadAllText(path);
        int name = stat.LastIndexOf(')');
        return name >= 0 && name + 2 < stat.Length && stat[name + 2] is 'Z' or 'X';
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds();
}
