using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>The plans behind <see cref="ManagedRuntime"/>: one for each input shape, with shared weights and threads.</summary>
internal sealed class ManagedSession : ISession
{
    private const int MaxPlans = 6;

    // Weights up to this size stay in a third-level cache beside a row's activations.
    private const long SmallWeightBytes = 20 << 20;

    private readonly Graph _graph;
    private readonly KernelSet _kernels;
    private readonly WorkerPool _pool;
    private readonly WeightStore _weights = new();
    private readonly LinkedList<(int[][] Shapes, WorkerPool Pool, Plan Plan)> _plans = new();
    private readonly WorkerPool _oneThread = new(1);
    private readonly RowwiseRun? _rowwise;
    private readonly Lock _gate = new();
    private int _running;
    private bool _disposed;

    public ManagedSession(Graph graph, int threads, KernelSet? kernels = null)
    {
        _graph = graph;
        _kernels = kernels ?? KernelSet.Best;
        _pool = new WorkerPool(threads);
        Inputs = graph.Inputs;
        Outputs = [.. graph.Outputs.Select(graph.Describe)];
        bool isSmall = graph.Constants.Values.Sum(c => (long)c.Length) * sizeof(float) <= SmallWeightBytes;
        bool isReal = Inputs.Concat(Outputs).All(v => v.Type == ElementType.Float32);
        _rowwise = isSmall && isReal && RowIndependence.Of(graph) ? new RowwiseRun() : null;
    }

    public IReadOnlyList<ValueInfo> Inputs { get; }

    public IReadOnlyList<ValueInfo> Outputs { get; }

    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        Tensor[] given = InOrder(inputs);
        bool rowwise = IsRowwise(given);
        Plan plan = rowwise ? Enter(given, _oneThread, rows: 1) : Enter(given, _pool);
        try
        {
            Tensor[] made = rowwise ? _rowwise!.Run(plan, _pool, given) : plan.Run(given);
            var outputs = new Dictionary<string, Tensor>(made.Length, StringComparer.Ordinal);
            for (int i = 0; i < made.Length; i++)
            {
                outputs[Outputs[i].Name] = made[i];
            }

            return outputs;
        }
        finally
        {
            Leave(plan);
        }
    }

    /// <summary>The times of the steps of the plan for these inputs.</summary>
    public IReadOnlyList<StepTiming> Profile(IReadOnlyDictionary<string, Tensor> inputs, int runs)
    {
        Tensor[] given = InOrder(inputs);
        Plan plan = Enter(given, _pool);
        try
        {
            return PlanProfile.Take(plan, given, runs);
        }
        finally
        {
            Leave(plan);
        }
    }

    // The threads hold their pool but not the session, so a session that nobody disposed of is found here. Its memory frees itself.
    ~ManagedSession() => _pool?.Abandon();

    /// <summary>Frees threads and memory; waits for nobody: what still runs ends first, then the memory goes.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach ((_, _, Plan plan) in _plans)
            {
                plan.Dispose();
            }

            _plans.Clear();
            if (_running > 0)
            {
                return;
            }
        }

        Free();
    }

    /// <summary>Bytes held outside the managed heap.</summary>
    internal long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return _weights.Bytes + _plans.Sum(p => p.Plan.Bytes);
            }
        }
    }

    /// <summary>The plan for inputs of these shapes, made now if there is none; for reports and tests.</summary>
    internal Plan PlanFor(ReadOnlySpan<Tensor> inputs)
    {
        Plan plan = Enter(inputs, _pool);
        Leave(plan);
        return plan;
    }

    private Tensor[] InOrder(IReadOnlyDictionary<string, Tensor> inputs)
    {
        SessionInputs.Check(Inputs, inputs);
        return [.. Inputs.Select(i => inputs[i.Name])];
    }

    // Row by row only where the rows share out evenly enough among the threads.
    private bool IsRowwise(Tensor[] inputs)
    {
        if (_rowwise is null || inputs[0].Dimensions[0] is var rows && (rows < 2 || (rows % _pool.Threads != 0 && rows < 4 * _pool.Threads)))
        {
            return false;
        }

        return Array.TrueForAll(inputs, i => i.Dimensions[0] == rows);
    }

    /// <param name="inputs">The inputs.</param>
    /// <param name="pool">The threads that the plan works on.</param>
    /// <param name="rows">Rows that the plan is for, where not those of the inputs.</param>
    private Plan Enter(ReadOnlySpan<Tensor> inputs, WorkerPool pool, int? rows = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (LinkedListNode<(int[][] Shapes, WorkerPool Pool, Plan Plan)>? node = _plans.First; node is not null; node = node.Next)
            {
                if (node.Value.Pool == pool && Fits(node.Value.Shapes, inputs, rows))
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
            for (int i = 0; i < inputs.Length; i++)
            {
                int[] shape = inputs[i].Dimensions.ToArray();
                if (rows is { } wanted)
                {
                    shape[0] = wanted;
                }

                shapes[Inputs[i].Name] = shape;
            }

            Plan plan = PlanBuilder.Build(_graph, shapes, _kernels, _weights, pool);
            _plans.AddFirst(([.. shapes.Values], pool, plan));
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
        return plan;
    }

    private void Leave(Plan plan)
    {
        plan.Exit();
        lock (_gate)
        {
            _running--;
            if (!_disposed || _running > 0)
            {
                return;
            }
        }

        Free();
    }

    private void Free()
    {
        _pool.Dispose();
        _oneThread.Dispose();
        _weights.Dispose();
    }

    private static bool Fits(int[][] shapes, ReadOnlySpan<Tensor> inputs, int? rows)
    {
        for (int i = 0; i < shapes.Length; i++)
        {
            ReadOnlySpan<int> shape = inputs[i].Dimensions;
            bool fits = rows is { } wanted
                ? shapes[i][0] == wanted && shape[1..].SequenceEqual(shapes[i].AsSpan(1))
                : shape.SequenceEqual(shapes[i]);
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }
}
