using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Kernels.Memory;

/// <summary>Puts large pages under memory that is streamed; Linux only.</summary>
/// <remarks>
/// Fewer pages are fewer misses of the translation buffer, and hardware prefetching stops at a page's end. A large page mostly
/// comes in a fraction of the time that its small ones would take; but where a virtual machine's host must find the memory
/// first, it takes several times as long. So fresh memory gets large pages while they come quickly, and small ones from there
/// on; <see cref="PageUpgrades"/> moves it later, when somebody makes use of it.
/// </remarks>
internal static unsafe class HugePages
{
    /// <summary>Bytes of a large page.</summary>
    public const int Size = 2 << 20;

    private const int AdviseHugePages = 14;
    private const int AdvisePopulate = 23;
    private const int AdviseCollapse = 25;
    private const int SlowPause = 1000;
    private const int FewBytes = 32 << 10;

    // About what the small pages take.
    private static readonly long s_slow = Stopwatch.Frequency / 1000;
    private static readonly Lazy<bool> s_canCollapse = new(() => Advise(null, 0, AdviseCollapse));
    private static long s_smallUntil = long.MinValue;

    /// <summary>Whether so much memory is worth it.</summary>
    public static bool IsWorthwhile(nuint bytes) => bytes >= 2 * Size && OperatingSystem.IsLinux();

    /// <summary>An array of floats not yet written to, under large pages where it is large and they come quickly.</summary>
    public static float[] Allocate(int length)
    {
        var values = GC.AllocateUninitializedArray<float>(length);

        // Large arrays stay where they are; that they might not costs no more than the advice being wasted.
        fixed (float* first = values)
        {
            var bytes = (nuint)length * sizeof(float);
            if (IsWorthwhile(bytes))
                _ = Provide(first, bytes);
            Populate(first, bytes);
        }

        return values;
    }

    /// <summary>Has memory about to be written by this thread backed by pages: all at once they take less time than one by one as
    /// they are met.</summary>
    public static void Populate(void* address, nuint bytes)
    {
        if (bytes >= FewBytes && OperatingSystem.IsLinux())
        {
            (var start, var end) = WholePages(address, bytes, (nuint)Environment.SystemPageSize);
            _ = Advise((void*)start, end - start, AdvisePopulate);
        }
    }

    /// <summary>Gives fresh memory large pages, as long as they come quickly. Floats of it are overwritten.</summary>
    /// <returns>Whether all of it has them that can.</returns>
    public static bool Provide(void* address, nuint bytes)
    {
        (var start, var end) = WholePages(address, bytes, Size);
        if (!s_canCollapse.Value)
        {
            // Now or never.
            _ = Advise((void*)start, end - start, AdviseHugePages);
            return true;
        }

        for (var page = start; page < end; page += Size)
        {
            if (Environment.TickCount64 < Volatile.Read(ref s_smallUntil))
                return false;
            var before = Stopwatch.GetTimestamp();
            _ = Advise((void*)page, Size, AdviseHugePages);
            *(float*)page = 0;
            if (Stopwatch.GetTimestamp() - before > s_slow)
                Volatile.Write(ref s_smallUntil, Environment.TickCount64 + SlowPause);
        }

        return true;
    }

    /// <summary>Moves memory in use to large pages, where it is not there yet. Slow; whoever reads it meanwhile waits at most
    /// for a page.</summary>
    public static void Collapse(void* address, nuint bytes)
    {
        (var start, var end) = WholePages(address, bytes, Size);
        if (s_canCollapse.Value)
            _ = Advise((void*)start, end - start, AdviseCollapse);
    }

    private static (nuint Start, nuint End) WholePages(void* address, nuint bytes, nuint size)
    {
        nuint start = ((nuint)address + size - 1) / size * size, end = ((nuint)address + bytes) / size * size;
        return (start, Math.Max(start, end));
    }

    /// <summary>False where the system knows no such advice.</summary>
    private static bool Advise(void* address, nuint bytes, int advice)
    {
        try
        {
            return MemoryAdvise(address, bytes, advice) == 0;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Only advice: without it the memory is as good, just slower.
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryAdvise(void* address, nuint bytes, int advice);
}
