namespace MlPipeline.Trainers.Solvers.Kernels;

/// <summary>Spreads numbered pieces of work over threads. What a piece is never depends on the number of threads.</summary>
internal static class Work
{
    /// <summary>Multiply-adds below which a second thread costs more than it brings.</summary>
    private const long WorthThread = 400_000;

    /// <summary>The threads to use: those allowed (0: all cores), but no more than the work is worth.</summary>
    public static int Threads(int allowed, long multiplyAdds)
    {
        var most = allowed <= 0 ? Environment.ProcessorCount : allowed;
        return (int)Math.Clamp(multiplyAdds / WorthThread, 1, most);
    }

    public static void ForEach(int pieces, int threads, Action<int> body)
    {
        if (threads <= 1 || pieces <= 1)
        {
            for (var i = 0; i < pieces; i++)
                body(i);
            return;
        }

        Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
    }
}
