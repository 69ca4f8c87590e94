namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>The elements of several arrays, cut into blocks of one size (the last one of each array is shorter), so that threads
/// can share them and sums over blocks do not depend on how they do.</summary>
internal sealed class ParameterBlocks
{
    private const int Floats = 1 << 16;

    private readonly (int Array, int Start, int Length)[] _blocks;

    public ParameterBlocks(IEnumerable<int> lengths) => _blocks = [.. lengths.SelectMany((length, array) =>
        Enumerable.Range(0, (length + Floats - 1) / Floats)
            .Select(i => (array, i * Floats, Math.Min(Floats, length - (i * Floats)))))];

    public int Count => _blocks.Length;

    /// <summary>Calls an action with the number of each block, its array, and where it lies there; in any order.</summary>
    /// <param name="threads">Threads that share them; 0 for one for each core.</param>
    /// <param name="action">What is done.</param>
    public void ForEach(int threads, Action<int, int, Range> action)
    {
        void Do(int block)
        {
            (var array, var start, var length) = _blocks[block];
            action(block, array, start..(start + length));
        }

        threads = Math.Min(threads == 0 ? Environment.ProcessorCount : threads, _blocks.Length);
        if (threads > 1)
        {
            Parallel.For(0, _blocks.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, Do);
            return;
        }

        for (var block = 0; block < _blocks.Length; block++)
            Do(block);
    }
}
