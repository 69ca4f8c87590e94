using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void DoesEveryTaskOnceBeforeReturning(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (var round = 0; round < 2000; round++)
        {
            var count = new Counting(round % 13, threads);
            pool.Run(count, count, 0, round % 13);
            Assert.All(count.Done, n => Assert.Equal(1, n));
            if (round % 500 == 0)
                Thread.Sleep(2);
        }
    }

    [Fact]
    public void ServesCallersOneAfterTheOtherOrInline()
    {
        using var pool = new WorkerPool(2);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            var count = new Counting(9, 2);
            pool.Run(count, count, 0, 9);
            Assert.All(count.Done, n => Assert.Equal(1, n));
        });
    }

    [Fact]
    public void ThrowsWhatATaskThrewAndGoesOn()
    {
        using var pool = new WorkerPool(3);
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<InvalidOperationException>(() => pool.Run(new Failing(), pool, 0, 7));
            var count = new Counting(7, 3);
            pool.Run(count, count, 0, 7);
            Assert.All(count.Done, n => Assert.Equal(1, n));
        }
    }

    private sealed class Counting(int tasks, int threads) : IParallelWork
    {
        public int[] Done { get; } = new int[tasks];

        public void Execute(object state, int phase, int task, int worker)
        {
            Assert.InRange(worker, 0, threads - 1);
            Interlocked.Increment(ref Done[task]);
        }
    }

    private sealed class Failing : IParallelWork
    {
        public void Execute(object state, int phase, int task, int worker) => throw new InvalidOperationException("as planned");
    }
}
