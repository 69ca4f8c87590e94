using System.Diagnostics;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>The peak resident memory of this process, since it was last forgotten where the system can forget it
/// (Linux).</summary>
internal static class ResidentMemory
{
    public static void ForgetPeak()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (File.Exists("/proc/self/clear_refs"))
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    public static double PeakMb()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1e6;
    }
}
