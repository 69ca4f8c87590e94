using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Kernels.Threading;

/// <summary>Keeps worker threads off the core that their caller runs on.</summary>
/// <remarks>
/// Some schedulers (virtual machines' above all) wake a thread on the core of whoever wakes it, though others are idle, and move
/// it only milliseconds later: by then a small network's run is over. Linux only; elsewhere, and where the calls fail, threads
/// run where the system puts them.
/// </remarks>
internal sealed unsafe class CorePlacement
{
    private const int MaxCores = 1024;
    private const int Words = MaxCores / 64;

    private readonly ulong[] _allowed;
    private readonly int[] _threads;
    private readonly int[] _avoided;

    private CorePlacement(ulong[] allowed, int threads)
    {
        _allowed = allowed;
        _threads = new int[threads];
        _avoided = new int[threads];
        Array.Fill(_avoided, -1);
    }

    /// <summary>The placement for some threads, the caller's included; null: they are left where the system puts them.</summary>
    public static CorePlacement? For(int threads)
    {
        if (threads < 2 || !OperatingSystem.IsLinux())
            return null;
        try
        {
            var allowed = new ulong[Words];
            fixed (ulong* mask = allowed)
            {
                var known = GetAffinity(0, Words * sizeof(ulong), mask) == 0 && CurrentCore() >= 0 && ThreadId() > 0;
                return known && allowed.Sum(BitOperations.PopCount) >= threads ? new CorePlacement(allowed, threads) : null;
            }
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Says that the calling thread is this worker.</summary>
    public void Register(int worker) => Volatile.Write(ref _threads[worker], ThreadId());

    /// <summary>Keeps workers 1 to <paramref name="workers"/> off the core on which the calling thread is now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LeaveCallersCore(int workers)
    {
        var core = CurrentCore();
        for (var worker = 1; worker <= workers; worker++)
        {
            if (Volatile.Read(ref _avoided[worker]) != core)
                Avoid(worker, core);
        }
    }

    private void Avoid(int worker, int core)
    {
        var thread = Volatile.Read(ref _threads[worker]);
        if (thread == 0 || (uint)core >= MaxCores)
            return;
        var mask = stackalloc ulong[Words];
        _allowed.CopyTo(new Span<ulong>(mask, Words));
        mask[core / 64] &= ~(1UL << (core % 64));
        _ = SetAffinity(thread, Words * sizeof(ulong), mask);
        Volatile.Write(ref _avoided[worker], core);
    }

    [DllImport("libc", EntryPoint = "sched_getcpu"), SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CurrentCore();

    [DllImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ThreadId();

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int thread, nuint bytes, ulong* mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nuint bytes, ulong* mask);
}
