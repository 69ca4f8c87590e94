using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>The plans behind <see cref="ManagedRuntime"/>: one for each input shape, with shared weights and threads.</summary>
internal sealed class ManagedSession : ISession
{
    private const int MaxPlans = 6;

    /// <summary>A session that has run so often will run often enough to earn the moving of its memory.</summary>
    private const int RunsOfFewUses = 32;

    private readonly Graph _graph;
    private readonly KernelSet _kernels;
    private readonly CacheModel _cache;
    private readonly WorkerPool _pool;
    private readonly WeightStore _weights = new();
    private readonly LinkedList<(int[][] Shapes, Plan Plan)> _plans = new();
    private readonly Lock _gate = new();
    private int _running;
    private int _entered;
    private bool _disposed;

    public ManagedSession(Graph graph, int threads, KernelSet? kernels = null, CacheModel? cache = null)
    {
        _graph = graph;
        _kernels = kernels ?? KernelSet.Best;
        _cache = cache ?? CacheModel.Of(_kernels.Caches);
        _pool = new WorkerPool(threads);
        Inputs = graph.Inputs;
        Outputs = [.. graph.Outputs.Select(graph.Describe)];
    }

    public IReadOnlyList<ValueInfo> Inputs { get; }

    public IReadOnlyList<ValueInfo> Outputs { get; }

    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var given = InOrder(inputs);
        var plan = Enter(given);
        try
        {
            var made = plan.Run(given);
            var outputs = new Dictionary<string, Tensor>(made.Length, StringComparer.Ordinal);
            for (var i = 0; i < made.Length; i++)
                outputs[Outputs[i].Name] = made[i];
            return outputs;
        }
        finally
        {
            Leave(plan);
            if (_entered >= RunsOfFewUses)
                PageUpgrades.Begin();
        }
    }

    /// <summary>The times of the steps of the plan for these inputs.</summary>
    public IReadOnlyList<StepTiming> Profile(IReadOnlyDictionary<string, Tensor> inputs, int runs)
    {
        var given = InOrder(inputs);
        var plan = Enter(given);
        try
        {
            return PlanProfile.Take(plan, given, runs);
        }
        finally
        {
            Leave(plan);
        }
    }

    // The threads hold their pool but not the session, so a session that nobody disposed of is found here. Its memory frees
    // itself.
    ~ManagedSession() => _pool?.Abandon();

    /// <summary>Frees threads and memory; waits for nobody: what still runs ends first, then the memory goes.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach ((_, var plan) in _plans)
            {
                plan.Dispose();
            }

            _plans.Clear();
            if (_running > 0)
                return;
        }

        Free();
    }

    /// <summary>Bytes held outside the managed heap.</summary>
    internal long HeldBytes
    {
        get
        {
            lock (_gate)
                return _weights.Bytes + _plans.Sum(p => p.Plan.Bytes);
        }
    }

    /// <summary>The plan for inputs of these shapes, made now if there is none; for reports and tests.</summary>
    internal Plan PlanFor(ReadOnlySpan<Tensor> inputs)
    {
        var plan = Enter(inputs);
        Leave(plan);
        return plan;
    }

    private Tensor[] InOrder(IReadOnlyDictionary<string, Tensor> inputs)
    {
        SessionInputs.Check(Inputs, inputs);
        return [.. Inputs.Select(i => inputs[i.Name])];
    }

    private Plan Enter(ReadOnlySpan<Tensor> inputs)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (var node = _plans.First; node is not null; node = node.Next)
            {
                if (Fits(node.Value.Shapes, inputs))
                {
                    if (node != _plans.First)
                    {
                        _plans.Remove(node);
                        _plans.AddFirst(node);
                    }

                    return Claim(node.Value.Plan);
                }
            }

            var shapes = new Dictionary<string, int[]>(StringComparer.Ordinal);
            for (var i = 0; i < inputs.Length; i++)
                shapes[Inputs[i].Name] = inputs[i].Dimensions.ToArray();
            var plan = PlanBuilder.Build(_graph, shapes, _kernels, _weights, _pool, _cache);
            _plans.AddFirst(([.. shapes.Values], plan));
            if (_plans.Count > MaxPlans)
            {
                _plans.Last!.Value.Plan.Dispose();
                _plans.RemoveLast();
            }

            return Claim(plan);
        }
    }

    private Plan Claim(Plan plan)
    {
        plan.TryEnter();
        _running++;
        _entered = Math.Min(_entered + 1, RunsOfFewUses);
        return plan;
    }

    private void Leave(Plan plan)
    {
        plan.Exit();
        lock (_gate)
        {
            _running--;
            if (!_disposed || _running > 0)
                return;
        }

        Free();
    }

    private void Free()
    {
        _pool.Dispose();
        _weights.Dispose();
    }

    private static bool Fits(int[][] shapes, ReadOnlySpan<Tensor> inputs)
    {
        for (var i = 0; i < shapes.Length; i++)
        {
            if (!inputs[i].Dimensions.SequenceEqual(shapes[i]))
                return false;
        }

        return true;
    }
}
