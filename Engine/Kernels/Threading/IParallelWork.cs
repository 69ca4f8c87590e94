namespace MlPipeline.Engine.Kernels.Threading;

/// <summary>
/// Work cut into independent tasks. It holds no state of a run: that comes with <c>state</c>, so nothing is allocated per run.
/// </summary>
internal interface IParallelWork
{
    /// <summary>Does one task.</summary>
    /// <param name="state">What the caller passed to <see cref="WorkerPool.Run"/>.</param>
    /// <param name="phase">Which of the work's phases; all tasks of one are done before the next begins.</param>
    /// <param name="task">0 to tasks - 1.</param>
    /// <param name="worker">Which thread's scratch memory may be used: 0 to threads - 1.</param>
    void Execute(object state, int phase, int task, int worker);
}
