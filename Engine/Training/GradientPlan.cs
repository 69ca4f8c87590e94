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
    private readonly string[] _given;
    private readonly CompiledPlans _plans;
    private Func<Tensor, Tensor>? _seed;

    /// <summary>A plan for a network.</summary>
    /// <param name="graph">The network as it was read or built, not optimised.</param>
    /// <param name="output">The value whose gradients are taken.</param>
    /// <param name="gradients">The values by which they are taken.</param>
    /// <param name="values">Values to give besides the output's; none if null.</param>
    /// <param name="threads">How many threads compute; 0 means one per core.</param>
    /// <param name="given">Values that every run is given with the input, because a run of the network has made them already, so
    /// that they are not computed again (see <see cref="ProductsOf"/>); none if null.</param>
    /// <exception cref="Onnx.OnnxException">A gradient would have to go through a node that has no backward pass.</exception>
    /// <exception cref="ArgumentException">A value is not there, or the output does not depend on it.</exception>
    public GradientPlan(
        Graph graph, string output, IReadOnlyList<string> gradients, IReadOnlyList<string>? values = null, int threads = 0,
        IReadOnlyList<string>? given = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        graph = ParameterSelection.WithFoldedConstants(graph);
        _gradients = [.. gradients];
        _values = [output, .. (values ?? []).Where(v => v != output)];
        _given = [.. given ?? []];
        foreach (var name in _values.Concat(_gradients))
        {
            if (!graph.HasValue(name))
                throw new ArgumentException($"The network '{graph.Name}' has no value '{name}'.");
        }

        if (graph.Inputs.Count != 1)
            throw new ArgumentException($"The network '{graph.Name}' has {graph.Inputs.Count} inputs; gradients need one.");
        var differentiation = new Differentiation(graph, output, new Dictionary<string, TrainedParameter>(), _gradients, _values);
        if (_given.FirstOrDefault(g => !differentiation.Graph.HasValue(g)) is { } needless)
            throw new ArgumentException($"'{output}' does not depend on '{needless}', so that it is not to be given.");
        _plans = new CompiledPlans(differentiation, new TrainingState(), false, threads, AddSeed, _values, _gradients)
        {
            Given = _given,
        };
    }

    /// <summary>The results of fully connected layers that a value depends on: what reading their weights, many for few pictures,
    /// makes dear to compute. Where a ReLU alone reads a result, its own stands for it.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="output">The value.</param>
    /// <exception cref="ArgumentException">The network has no such value.</exception>
    public static IReadOnlyList<string> ProductsOf(Graph graph, string output)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.HasValue(output))
            throw new ArgumentException($"The network '{graph.Name}' has no value '{output}'.");
        graph = ParameterSelection.WithFoldedConstants(graph).WithOutputs(output);
        return [.. graph.Nodes
            .Where(n => n.OpType is "Gemm" or "MatMul" && graph.Constants.TryGetValue(n.Inputs[1], out var w) && w.Rank == 2)
            .Select(n => n.FirstOutput)
            .Select(value => value != output && graph.Nodes.Where(n => n.Inputs.Contains(value)).ToArray()
                is [{ OpType: "Relu" } relu] ? relu.FirstOutput : value)];
    }

    /// <summary>Forward and backward pass.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="seed">The gradient to begin with at the output, from the output's value: 1 at the class in question of each
    /// row, say.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <exception cref="ArgumentException">Input or seed do not fit, or values are to be given.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public GradientResult Run(Tensor input, Func<Tensor, Tensor> seed, CancellationToken cancellation = default) =>
        Run(input, new Dictionary<string, Tensor>(), seed, cancellation);

    /// <summary>Forward and backward pass, in which some values are not computed.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="given">The values that are given, by name: what the network makes of the input.</param>
    /// <param name="seed">The gradient to begin with at the output, from the output's value.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <exception cref="ArgumentException">Input, given values or seed do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public GradientResult Run(
        Tensor input, IReadOnlyDictionary<string, Tensor> given, Func<Tensor, Tensor> seed,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(given);
        _seed = seed;
        var plan = _plans.For(input);
        var inputs = new Tensor[_given.Length + 1];
        inputs[0] = input;
        for (var i = 0; i < _given.Length; i++)
        {
            inputs[i + 1] = given.GetValueOrDefault(_given[i])
                ?? throw new ArgumentException($"The value '{_given[i]}' is to be given.");
            if (inputs[i + 1].Type != ElementType.Float32 || !inputs[i + 1].Dimensions.SequenceEqual(plan.InputShape(i + 1)))
            {
                throw new ArgumentException($"The value '{_given[i]}' is {inputs[i + 1]}, but must be "
                    + $"{ShapeText.Of(plan.InputShape(i + 1))}.");
            }
        }

        (var values, var gradients) = plan.Run(inputs, cancellation);
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
