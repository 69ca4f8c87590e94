using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>The plans of one differentiation, one for each shape of the input; the latest few are kept.</summary>
internal sealed class CompiledPlans(
    Differentiation differentiation, TrainingState state, bool usesBatchStatistics, int threads,
    Func<TrainingBuilder, Place> seed, IReadOnlyList<string> values, IReadOnlyList<string> gradients) : IDisposable
{
    // An epoch's batches, and its last, which is smaller.
    private const int Most = 2;

    private readonly List<(int[] Shape, CompiledPlan Plan)> _plans = [];
    private readonly WorkerPool _pool = new(threads);

    /// <summary>Values that each run is given behind the input.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Bytes that the plans hold.</summary>
    public long Bytes => _plans.Sum(p => p.Plan.Bytes);

    /// <summary>The plan for an input.</summary>
    /// <exception cref="ArgumentException">The input does not fit the network.</exception>
    public CompiledPlan For(Tensor input)
    {
        if (input.Type != ElementType.Float32)
            throw new ArgumentException($"The input is {input}, but the network takes real numbers.");
        var index = _plans.FindIndex(p => p.Shape.AsSpan().SequenceEqual(input.Shape));
        if (index >= 0)
        {
            var found = _plans[index];
            _plans.RemoveAt(index);
            _plans.Add(found);
            return found.Plan;
        }

        // Memory is made for the new plan only once the oldest one's is free.
        if (_plans.Count == Most)
        {
            _plans[0].Plan.Dispose();
            _plans.RemoveAt(0);
        }

        var shapes = new Dictionary<string, int[]> { [differentiation.Graph.Inputs[0].Name] = input.Shape };
        var builder = new TrainingBuilder(differentiation, shapes, _pool)
        {
            State = state,
            UsesBatchStatistics = usesBatchStatistics,
            Given = Given,
        };
        var plan = builder.Build(seed, values, gradients);
        _plans.Add((input.Shape, plan));
        return plan;
    }

    public void Dispose()
    {
        foreach ((_, var plan) in _plans)
            plan.Dispose();
        _plans.Clear();
        _pool.Dispose();
    }
}
