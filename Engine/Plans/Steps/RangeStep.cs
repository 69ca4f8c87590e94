namespace MlPipeline.Engine.Plans.Steps;

/// <summary>A step over so many independent items, cut into ranges of them.</summary>
internal abstract class RangeStep : PlanStep
{
    private const long ElementsPerTask = 8192;

    private readonly int _count;
    private readonly int _tasks;

    /// <param name="name">For reports.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    /// <param name="count">Items.</param>
    /// <param name="elements">Elements touched over all items: small steps are not cut.</param>
    /// <param name="places">All places it reads or writes.</param>
    protected RangeStep(string name, int threads, int count, long elements, params ReadOnlySpan<Place?> places)
        : base(name, places)
    {
        _count = count;
        _tasks = threads == 1 ? 1 : (int)Math.Clamp(Math.Min(elements / ElementsPerTask, 4L * threads), 1, Math.Max(1, count));
    }

    public override int Tasks(int phase) => _tasks;

    public override void Execute(Workspace workspace, int phase, int task, int worker) =>
        DoRange(workspace, worker, (int)((long)_count * task / _tasks), (int)((long)_count * (task + 1) / _tasks));

    /// <summary>Does the items from first to before end.</summary>
    protected abstract void DoRange(Workspace workspace, int worker, int first, int end);
}
