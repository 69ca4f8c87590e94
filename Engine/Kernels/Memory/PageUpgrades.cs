using System.Collections.Concurrent;

namespace MlPipeline.Engine.Kernels.Memory;

/// <summary>
/// Memory that was given small pages because large ones came slowly: moved to large ones in the background once it is in use.
/// </summary>
internal static unsafe class PageUpgrades
{
    private static readonly ConcurrentQueue<WeakReference> s_waiting = new();
    private static int s_active;

    /// <summary>Notes memory for later.</summary>
    /// <param name="memory">An <see cref="AlignedBuffer"/>, or an array of floats; not kept alive.</param>
    public static void Add(object memory)
    {
        // Sessions that are used once or twice begin nothing: what they had noted must not pile up.
        while (s_waiting.TryPeek(out var oldest) && !oldest.IsAlive && s_waiting.TryDequeue(out _))
        {
        }

        s_waiting.Enqueue(new WeakReference(memory));
    }

    /// <summary>Whether nothing waits or is being moved.</summary>
    public static bool IsDone => s_waiting.IsEmpty && Volatile.Read(ref s_active) == 0;

    /// <summary>Begins to move what has been noted, if that is not under way; returns at once.</summary>
    public static void Begin()
    {
        if (!s_waiting.IsEmpty && Interlocked.Exchange(ref s_active, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Work(), null);
    }

    private static void Work()
    {
        while (s_waiting.TryDequeue(out var waiting))
        {
            switch (waiting.Target)
            {
                case AlignedBuffer buffer:
                    buffer.Collapse();
                    break;
                case float[] values:
                    fixed (float* first = values)
                    {
                        HugePages.Collapse(first, (nuint)values.LongLength * sizeof(float));
                    }

                    break;
            }
        }

        // What was noted in the meantime found this still under way.
        Interlocked.Exchange(ref s_active, 0);
        Begin();
    }
}
