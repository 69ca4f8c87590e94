using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>Through which values of a graph gradients flow: from the seed back to the parameters and values asked for.</summary>
internal sealed class Differentiation
{
    private readonly HashSet<string> _trained;
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked;

    /// <param name="graph">The network; what the seed does not need is left out.</param>
    /// <param name="seed">The value that gradients come from.</param>
    /// <param name="parameters">Constants whose gradients are wanted.</param>
    /// <param name="gradients">Other values whose gradients are wanted.</param>
    /// <param name="values">Values that are handed out.</param>
    /// <exception cref="Onnx.OnnxException">A gradient would have to go through a node that has no backward pass.</exception>
    /// <exception cref="ArgumentException">The seed does not depend on something whose gradient is wanted.</exception>
    public Differentiation(
        Graph graph, string seed, IReadOnlyDictionary<string, TrainedParameter> parameters, IReadOnlyList<string> gradients,
        IReadOnlyList<string> values)
    {
        if (gradients.FirstOrDefault(graph.Constants.ContainsKey) is { } constant)
            throw new ArgumentException($"'{constant}' is a constant; only training gives its gradient.");
        Graph = graph.WithOutputs([.. values.Append(seed).Distinct()]);
        Seed = seed;
        Parameters = parameters;
        _asked = new HashSet<string>([seed, .. gradients, .. values], StringComparer.Ordinal);
        _trained = Reached(parameters.Keys);
        var reached = Reached([.. parameters.Keys, .. gradients]);
        if (reached.Contains(seed))
            _wanted.Add(seed);
        foreach (var node in Graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(_wanted.Contains))
                continue;
            var op = OpRegistry.Of(node);
            string[] inputs = [.. node.Inputs.Where((input, i) => reached.Contains(input) && !op.ShapedBy(node, i))];
            if (inputs.Length > 0 && op.NeededByBackward(node) is null)
            {
                var first = parameters.Keys.Concat(gradients).First(p => Reached([p]).Contains(inputs[0]));
                throw node.Error($"has no backward pass, which the gradient of '{first}' would need");
            }

            _wanted.UnionWith(inputs);
        }

        foreach (var name in parameters.Keys.Concat(gradients))
        {
            if (!_wanted.Contains(name))
                throw new ArgumentException($"'{seed}' does not depend on '{name}', so that it has no gradient.");
        }
    }

    /// <summary>What the seed and the values handed out need of the network.</summary>
    public Graph Graph { get; }

    public string Seed { get; }

    public IReadOnlyDictionary<string, TrainedParameter> Parameters { get; }

    /// <summary>Whether the gradient of a value is needed.</summary>
    public bool Wants(string value) => _wanted.Contains(value);

    /// <summary>Whether a value changes as the parameters do.</summary>
    public bool IsTrained(string value) => _trained.Contains(value);

    /// <summary>Whether the value or its gradient is handed out.</summary>
    public bool IsAsked(string value) => _asked.Contains(value);

    /// <summary>All real values that depend on some.</summary>
    private HashSet<string> Reached(IEnumerable<string> from)
    {
        var reached = new HashSet<string>(from, StringComparer.Ordinal);
        foreach (var node in Graph.Nodes)
        {
            if (node.Inputs.Any(reached.Contains))
                reached.UnionWith(node.Outputs.Where(o => o.Length > 0 && Graph.TypeOf(o) == ElementType.Float32));
        }

        return reached;
    }
}
