using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training.Plans;

namespace MlPipeline.Engine.Training;

/// <summary>What a <see cref="GradientPlan"/> gives, by the names of the values.</summary>
/// <param name="Values">The values asked for, and the output.</param>
/// <param name="Gradients">The gradients asked for, each of its value's shape.</param>
public sealed record GradientResult(IReadOnlyDictionary<string, Tensor> Values, IReadOnlyDictionary<string, Tensor> Gradients);

/// <summary>
/// The gradients of one value of a network by others, its input included: what heatmaps are made of. Weights are fixed, and batch
/// normalisations keep to their running statistics.
/// </summary>
/// <remarks>
/// Results are the same bits for any number of threads. One run at a time: a plan is not for several threads at once.
/// </remarks>
public sealed class GradientPlan : IDisposable
{
    private readonly string[] _values;
    private readonly string[] _gradients;
    private readonly CompiledPlans _plans;
    private Func<Tensor, Tensor>? _seed;

    /// <summary>A plan for a network.</summary>
    /// <param name="graph">The network as it was read or built, not optimised.</param>
    /// <param name="output">The value whose gradients are taken.</param>
    /// <param name="gradients">The values by which they are taken.</param>
    /// <param name="values">Values to give besides the output's; none if null.</param>
    /// <param name="threads">How many threads compute; 0 means one per core.</param>
    /// <exception cref="Onnx.OnnxException">A gradient would have to go through a node that has no backward pass.</exception>
    /// <exception cref="ArgumentException">A value is not there, or the output does not depend on it.</exception>
    public GradientPlan(
        Graph graph, string output, IReadOnlyList<string> gradients, IReadOnlyList<string>? values = null, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        graph = ParameterSelection.WithFoldedConstants(graph);
        _gradients = [.. gradients];
        _values = [output, .. (values ?? []).Where(v => v != output)];
        foreach (var name in _values.Concat(_gradients))
        {
            if (!graph.HasValue(name))
                throw new ArgumentException($"The network '{graph.Name}' has no value '{name}'.");
        }

        if (graph.Inputs.Count != 1)
            throw new ArgumentException($"The network '{graph.Name}' has {graph.Inputs.Count} inputs; gradients need one.");
        var differentiation = new Differentiation(graph, output, new Dictionary<string, TrainedParameter>(), _gradients, _values);
        _plans = new CompiledPlans(differentiation, new TrainingState(), false, threads, AddSeed, _values, _gradients);
    }

    /// <summary>Forward and backward pass.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="seed">The gradient to begin with at the output, from the output's value: 1 at the class in question of each
    /// row, say.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <exception cref="ArgumentException">Input or seed do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public GradientResult Run(Tensor input, Func<Tensor, Tensor> seed, CancellationToken cancellation = default)
    {
        _seed = seed;
        (var values, var gradients) = _plans.For(input).Run([input], cancellation);
        return new GradientResult(
            _values.Zip(values).ToDictionary(v => v.First, v => v.Second),
            _gradients.Zip(gradients).ToDictionary(g => g.First, g => g.Second));
    }

    /// <summary>Frees memory and threads.</summary>
    public void Dispose() => _plans.Dispose();

    private Place AddSeed(TrainingBuilder builder)
    {
        var output = builder.Get(_values[0], Layout.Object);
        var gradient = builder.NewTensor(output.Dimensions);
        builder.Add(new TrainingStep("seed", [], [0], (_, _, _, _) => { })
        {
            Before = workspace =>
            {
                var seed = _seed!(workspace.TensorOf(output));
                if (seed.Type != ElementType.Float32 || !seed.Dimensions.SequenceEqual(output.Dimensions))
                    throw new ArgumentException($"The seed is {seed}, but '{_values[0]}' is {ShapeText.Of(output.Dimensions)}.");
                workspace.SetTensor(gradient, seed);
            },
        });
        return gradient;
    }
}
