using System.Collections.Concurrent;
using System.Diagnostics;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// A graph ready to run for given input shapes. Many threads may run it at once; each run has a workspace of its own.
/// </summary>
internal sealed class Plan : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly PlanStep[] _steps;
    private readonly Place[] _inputs;
    private readonly Place[] _outputs;
    private readonly bool[] _ownedOutputs;
    private readonly long _scratchFloats;
    private readonly int _tensors;
    private readonly ConcurrentStack<Workspace> _idle = new();
    private int _users = 1;

    public Plan(
        WorkerPool pool, PlanStep[] steps, Place[] inputs, Place[] outputs, long arenaFloats, long scratchFloats, int tensors)
    {
        _pool = pool;
        _steps = steps;
        _inputs = inputs;
        _outputs = outputs;
        _scratchFloats = scratchFloats;
        _tensors = tensors;
        ArenaFloats = arenaFloats;

        // A tensor that a layout step has made belongs to this run alone; others may share memory with inputs or constants.
        HashSet<Place> made = [.. steps.OfType<LayoutStep>().Select(s => s.Target)];
        _ownedOutputs = [.. outputs.Select((o, i) => made.Contains(o) && Array.IndexOf(outputs, o) == i)];
    }

    /// <summary>Floats in the arena of a run.</summary>
    public long ArenaFloats { get; }

    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>Bytes held by workspaces that wait for a run.</summary>
    public long Bytes => _idle.Sum(w => w.Bytes);

    /// <summary>Claims the plan for a run; false if it was disposed.</summary>
    public bool TryEnter()
    {
        while (true)
        {
            var users = Volatile.Read(ref _users);
            if (users == 0)
                return false;
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        }
    }

    /// <summary>Ends a claim.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            while (_idle.TryPop(out var workspace))
                workspace.Dispose();
            foreach (var step in _steps.OfType<IDisposable>())
                step.Dispose();
        }
    }

    /// <summary>Runs between <see cref="TryEnter"/> and <see cref="Exit"/>.</summary>
    /// <param name="inputs">In the graph's order.</param>
    /// <param name="timings">If given, the time of each step is added, and of the steps within steps.</param>
    /// <returns>In the graph's order, owned by the caller.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, StepTimes? timings = null)
    {
        if (!_idle.TryPop(out var workspace))
            workspace = new Workspace(_pool, ArenaFloats, _scratchFloats, _tensors);
        _pool.Begin();
        try
        {
            for (var i = 0; i < inputs.Length; i++)
                workspace.SetTensor(_inputs[i], inputs[i]);
            workspace.Timings = timings;
            foreach (var step in _steps)
            {
                var start = timings is null ? 0 : Stopwatch.GetTimestamp();
                step.Run(workspace);
                timings?.Add(step, Stopwatch.GetTimestamp() - start);
            }

            var outputs = new Tensor[_outputs.Length];
            for (var i = 0; i < outputs.Length; i++)
            {
                var tensor = workspace.TensorOf(_outputs[i]);
                outputs[i] = _ownedOutputs[i] ? tensor : tensor.Clone();
            }

            return outputs;
        }
        finally
        {
            _pool.End();
            workspace.Clear();
            _idle.Push(workspace);
        }
    }

    /// <summary>Frees the memory once the last run is over.</summary>
    public void Dispose() => Exit();
}
