using System.Diagnostics;
using System.Runtime.CompilerServices;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Runtimes;

/// <summary>Sessions give back the memory and the threads that they took. Runs alone: it looks at the whole process.</summary>
[Collection(nameof(LeakTests))]
public sealed class LeakTests
{
    private const int Threads = 3;

    private static readonly Graph s_graph = ArchitectureCatalog.ByName("squeezenet1.1")
        .Build(new ArchitectureOptions { InputSize = 64, Classes = 10 });

    [Fact]
    public void DisposedSessionsGiveBackMemoryThreadsAndHandles()
    {
        UseSession(dispose: true);
        (var bytes, var threads, var handles) = Settle();
        for (var i = 0; i < 30; i++)
            UseSession(dispose: true);

        (var bytesAfter, var threadsAfter, var handlesAfter) = Settle();
        Assert.Equal(bytes, bytesAfter);
        Assert.InRange(threadsAfter, 0, threads);
        Assert.InRange(handlesAfter, 0, handles + 5);
    }

    [Fact]
    public void SessionsThatAreOnlyForgottenGiveBackMemoryAndThreads()
    {
        UseSession(dispose: true);
        (var bytes, var threads, _) = Settle();
        for (var i = 0; i < 5; i++)
            UseSession(dispose: false);

        (var bytesAfter, var threadsAfter, _) = Settle();
        Assert.Equal(bytes, bytesAfter);
        Assert.InRange(threadsAfter, 0, threads);
    }

    [Fact]
    public void ASessionHoldsMemoryAndThreadsWhileItLives()
    {
        (var bytes, var threads, _) = Settle();
        using (var session = new ManagedRuntime().CreateSession(s_graph, new SessionOptions { Threads = Threads }))
        {
            Run(session, 1);
            Assert.True(AlignedBuffer.LiveBytes > bytes);
            AssertEngineThreads(OperatingSystem.IsLinux() ? threads + Threads - 1 : 0);
        }

        Assert.Equal(bytes, AlignedBuffer.LiveBytes);
        AssertEngineThreads(threads);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseSession(bool dispose)
    {
        var session = new ManagedRuntime().CreateSession(s_graph, new SessionOptions { Threads = Threads });
        Run(session, 1);
        Run(session, 2);
        if (dispose)
            session.Dispose();
    }

    private static void Run(ISession session, int batch) =>
        session.Run(new Dictionary<string, Tensor> { ["input"] = Tensor.Zeros(ElementType.Float32, batch, 3, 64, 64) });

    // Buffers are freed by their finalisers; a thread that was told to end takes a moment.
    private static (long Bytes, int Threads, int Handles) Settle()
    {
        Warmup.Await();
        (long Bytes, int Threads, int Handles) before = (-1, -1, -1);
        for (var round = 0; round < 50; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
            (long, int, int) now = (AlignedBuffer.LiveBytes, EngineThreads(), Handles());
            if (round > 2 && now == before)
                break;

            before = now;
        }

        return before;
    }

    // A thread is listed under its name some moments after it was started, and for some moments after it was joined.
    private static void AssertEngineThreads(int expected)
    {
        SpinWait.SpinUntil(() => EngineThreads() == expected, TimeSpan.FromSeconds(10));
        Assert.Equal(expected, EngineThreads());
    }

    // The system shows the first 15 characters of a thread's name.
    private static int EngineThreads() => OperatingSystem.IsLinux()
        ? Directory.GetDirectories("/proc/self/task").Count(t => IsEngineThread(Path.Combine(t, "comm")))
        : 0;

    private static bool IsEngineThread(string file)
    {
        try
        {
            return File.ReadAllText(file).StartsWith("Engine worker", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Handles()
    {
        using var self = Process.GetCurrentProcess();
        return OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : self.HandleCount;
    }
}
