using System.Runtime.ExceptionServices;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>
/// Threads that do parts of one caller's work beside it. They are its own: threads of the pool may all be waiting for this very
/// work.
/// </summary>
internal sealed class HelperThreads : IDisposable
{
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread[] _threads;
    private Job? _job;
    private volatile bool _stopping;

    /// <param name="count">How many, the caller not counted.</param>
    public HelperThreads(int count)
    {
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"Picture helper {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Calls <paramref name="body"/> with 0 to count - 1, in any order; returns when all are done. The first exception
    /// is
    /// thrown here. For one caller at a time.</summary>
    public void ForEach(int count, Action<int> body)
    {
        var helpers = Math.Min(_threads.Length, count - 1);
        if (helpers <= 0)
        {
            for (var i = 0; i < count; i++)
                body(i);
            return;
        }

        using var job = new Job(count, body, helpers);
        _job = job;
        _work.Release(helpers);
        job.Do();
        job.Helpers.Wait();
        job.Failure?.Throw();
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _work.Release(_threads.Length + 1);
        foreach (var thread in _threads)
            thread.Join();
        _work.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _work.Wait();
            if (_stopping)
                return;
            var job = Volatile.Read(ref _job)!;
            job.Do();
            job.Helpers.Signal();
        }
    }

    private sealed class Job(int count, Action<int> body, int helpers) : IDisposable
    {
        private int _next = -1;

        public CountdownEvent Helpers { get; } = new(helpers);

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Do()
        {
            try
            {
                for (var i = Interlocked.Increment(ref _next); i < count; i = Interlocked.Increment(ref _next))
                    body(i);
            }
            catch (Exception e)
            {
                // Nothing is lost on this thread: the caller throws it.
                Failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        public void Dispose() => Helpers.Dispose();
    }
}
