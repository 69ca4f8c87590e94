using System.Runtime.InteropServices;

namespace MlPipeline.ScoringService;

/// <summary>The C library's memory, which networks and pictures lie in.</summary>
internal static partial class NativeHeap
{
    private const int MmapThreshold = -3;
    private const int LargeBytes = 1 << 20;

    /// <summary>
    /// Has large blocks given back to the system when they are freed. Left alone, glibc keeps blocks up to a size that it raises
    /// itself to 32 MB, in an arena for each thread: every replaced model would leave its memory behind.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = mallopt(MmapThreshold, LargeBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries have no such setting, and no such arenas.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
