using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Kernels.Threading;

/// <summary>Threads that wait for work cut into tasks; the calling thread works too.</summary>
/// <remarks>
/// Each thread owns a contiguous range of the tasks, the same for the same count, so that neighbouring data stays in its cache,
/// and helps the others once its own range is done. Between <see cref="Begin"/> and <see cref="End"/> threads spin for what comes
/// next; otherwise they soon sleep. When the pool is busy with another caller's work, or called from within a task, the caller
/// does all tasks itself.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private const long OpenBit = 1L << 31;
    private const long ActiveMask = OpenBit - 1;
    private const int LooksPerRound = 32;

    // Ticks that a thread spins before it sleeps: when nothing runs, and within a run, where sleeping costs far more than
    // spinning.
    private readonly long _idleSpin = Stopwatch.Frequency / 20_000;
    private readonly long _runSpin = Stopwatch.Frequency / 500;

    private readonly Thread[] _workers;
    private readonly AutoResetEvent[] _wake;
    private readonly int[] _asleep;
    private readonly AutoResetEvent _left = new(false);
    private readonly Range[] _ranges;
    private readonly CorePlacement? _placement;

    // High half: generation. Bit 31: open to helpers. Low bits: helpers inside.
    private long _state;
    private int _busy;
    private int _runs;
    private int _callerSleeps;
    private volatile bool _stopping;
    private IParallelWork? _work;
    private object? _workState;
    private int _phase;
    private Exception? _failure;

    /// <param name="threads">Threads that work, the caller's included; 0: one per core.</param>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _ranges = new Range[Threads];
        _workers = new Thread[Threads - 1];
        _wake = new AutoResetEvent[Threads - 1];
        _asleep = new int[Threads - 1];
        _placement = CorePlacement.For(Threads);
        for (var i = 0; i < _workers.Length; i++)
        {
            var worker = i + 1;
            _wake[i] = new AutoResetEvent(false);
            _workers[i] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"Engine worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that work, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Says that work will come piece by piece from now on: wakes the threads and keeps them awake.</summary>
    public void Begin()
    {
        if (_workers.Length > 0)
        {
            Interlocked.Increment(ref _runs);
            Wake(_workers.Length);
        }
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void End()
    {
        if (_workers.Length > 0)
            Interlocked.Decrement(ref _runs);
    }

    /// <summary>Does all tasks of one phase and returns when they are done. An exception in a task is thrown here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(IParallelWork work, object state, int phase, int tasks)
    {
        if (_workers.Length == 0 || tasks <= 1 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            for (var task = 0; task < tasks; task++)
                work.Execute(state, phase, task, 0);
            return;
        }

        try
        {
            Publish(work, state, phase, tasks);
            Help(0);
            Interlocked.And(ref _state, ~OpenBit);
            AwaitHelpers();
            _work = null;
            _workState = null;
            if (_failure is { } failure)
            {
                _failure = null;
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the threads. No work may be under way.</summary>
    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        foreach (var wake in _wake)
            wake.Set();
        foreach (var worker in _workers)
            worker.Join();
        foreach (var wake in _wake)
            wake.Dispose();
        _left.Dispose();
    }

    /// <summary>Ends the threads without waiting for them: what a finaliser may do.</summary>
    public void Abandon()
    {
        _stopping = true;
        foreach (var wake in _wake)
            wake.Set();
    }

    /// <summary>
    /// Returns when no helper is inside. Sleeps after a while: a helper that lost its core can then have this one's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AwaitHelpers()
    {
        long start = 0;
        while (true)
        {
            for (var look = 0; look < LooksPerRound; look++)
            {
                if ((Volatile.Read(ref _state) & ActiveMask) == 0)
                    return;
                Thread.SpinWait(1);
            }

            var now = Stopwatch.GetTimestamp();
            start = start == 0 ? now : start;
            if (now - start > _runSpin)
            {
                Interlocked.Exchange(ref _callerSleeps, 1);
                if ((Interlocked.Read(ref _state) & ActiveMask) != 0)
                    _left.WaitOne();
            }
        }
    }

    private void Leave()
    {
        var last = (Interlocked.Decrement(ref _state) & ActiveMask) == 0;
        if (last && Volatile.Read(ref _callerSleeps) != 0 && Interlocked.Exchange(ref _callerSleeps, 0) != 0)
            _left.Set();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Publish(IParallelWork work, object state, int phase, int tasks)
    {
        _work = work;
        _workState = state;
        _phase = phase;
        for (var i = 0; i < Threads; i++)
        {
            _ranges[i].Next = (int)((long)tasks * i / Threads);
            _ranges[i].End = (int)((long)tasks * (i + 1) / Threads);
        }

        // Nobody is inside: the state is (generation, closed, 0).
        Interlocked.Exchange(ref _state, (((_state >> 32) + 1) << 32) | OpenBit);
        Wake(Math.Min(_workers.Length, tasks - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Wake(int workers)
    {
        _placement?.LeaveCallersCore(workers);
        for (var i = 0; i < workers; i++)
        {
            if (Volatile.Read(ref _asleep[i]) != 0 && Interlocked.Exchange(ref _asleep[i], 0) != 0)
                _wake[i].Set();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop(int worker)
    {
        _placement?.Register(worker);
        long seen = 0;
        while (true)
        {
            var state = Await(worker, seen);
            if (_stopping)
                return;
            if ((state & OpenBit) == 0)
            {
                seen = state >> 32;
            }
            else if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                seen = state >> 32;
                Help(worker);
                Leave();
            }
        }
    }

    /// <summary>Returns when the generation is another than <paramref name="seen"/>, or the pool stops.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Await(int worker, long seen)
    {
        long start = 0;
        while (true)
        {
            for (var look = 0; look < LooksPerRound; look++)
            {
                var state = Volatile.Read(ref _state);
                if (state >> 32 != seen || _stopping)
                    return state;
                Thread.SpinWait(1);
            }

            var now = Stopwatch.GetTimestamp();
            start = start == 0 ? now : start;
            if (now - start <= (Volatile.Read(ref _runs) > 0 ? _runSpin : _idleSpin))
                continue;
            Interlocked.Exchange(ref _asleep[worker - 1], 1);
            if (Interlocked.Read(ref _state) >> 32 == seen && !_stopping)
                _wake[worker - 1].WaitOne();
            Interlocked.Exchange(ref _asleep[worker - 1], 0);
            start = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Help(int worker)
    {
        var work = _work!;
        var state = _workState!;
        var phase = _phase;
        try
        {
            for (var i = 0; i < Threads; i++)
            {
                var owner = worker + i < Threads ? worker + i : worker + i - Threads;
                ref var range = ref _ranges[owner];
                while (Volatile.Read(ref range.Next) < range.End)
                {
                    var task = Interlocked.Increment(ref range.Next) - 1;
                    if (task < range.End)
                        work.Execute(state, phase, task, worker);
                }
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Range
    {
        [FieldOffset(0)]
        public int Next;

        [FieldOffset(64)]
        public int End;
    }
}
