using System.Diagnostics.CodeAnalysis;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>
/// A network: nodes in topological order between inputs and outputs, with constants, all types known and all shapes checked.
/// Immutable.
/// </summary>
public sealed class Graph
{
    private readonly Dictionary<string, Tensor> _constants;
    private readonly Dictionary<string, Node> _producers;
    private readonly GraphProbe _probe;

    /// <summary>A graph of these parts.</summary>
    /// <param name="name">A name for messages; the file it came from, say.</param>
    /// <param name="inputs">The inputs; a size of -1 may be any (dimension 0: the batch).</param>
    /// <param name="nodes">The nodes, in any order.</param>
    /// <param name="constants">Weights and other constants, by value name.</param>
    /// <param name="outputs">The names of the values to give.</param>
    /// <exception cref="OnnxException">The parts do not make a graph: a name is used twice or missing, there is a cycle, an
    /// operator is not supported, or types or shapes do not fit.</exception>
    public Graph(string name, IEnumerable<ValueInfo> inputs, IEnumerable<Node> nodes,
        IReadOnlyDictionary<string, Tensor> constants, IEnumerable<string> outputs)
    {
        Name = name;
        ValueInfo[] declared = [.. inputs];
        _constants = new Dictionary<string, Tensor>(constants, StringComparer.Ordinal);
        Outputs = [.. outputs];
        (var sorted, _producers) = GraphOrder.Sort(declared, [.. nodes], _constants, Outputs);
        Nodes = sorted;
        foreach (var node in sorted)
            OpRegistry.Of(node).Check(node);
        _probe = GraphProbe.Of(declared, sorted, _constants);
        Inputs = _probe.Inputs;
    }

    /// <summary>A name for messages.</summary>
    public string Name { get; }

    /// <summary>The inputs; sizes of -1 may be any.</summary>
    public IReadOnlyList<ValueInfo> Inputs { get; }

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The nodes, each after those it reads from.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The constants by value name. Not to be changed.</summary>
    public IReadOnlyDictionary<string, Tensor> Constants => _constants;

    /// <summary>Whether the shape of every value follows from the shapes of the inputs.</summary>
    public bool HasKnownShapes => _probe.First.AreAllKnown;

    /// <summary>The shapes for small concrete inputs, by which rewrites compare values.</summary>
    internal GraphProbe Probe => _probe;

    /// <summary>The node that makes a value; null if it is an input or a constant, or not there.</summary>
    public Node? ProducerOf(string value) => _producers.GetValueOrDefault(value);

    /// <summary>Whether the graph has a value of that name.</summary>
    public bool HasValue(string value) => _producers.ContainsKey(value) || _constants.ContainsKey(value)
        || Inputs.Any(i => i.Name == value);

    /// <summary>The type of a value.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public ElementType TypeOf(string value) => _probe.First.TypeOf(value);

    /// <summary>The sizes of a value, -1 for those that vary with the inputs' shapes.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    /// <exception cref="InvalidOperationException">The rank depends on elements that only the run will give.</exception>
    public int[] ShapeOf(string value) => TryGetShape(value, out var shape)
        ? shape
        : throw new InvalidOperationException($"The shape of '{value}' depends on elements that only the run gives.");

    /// <summary>
    /// The sizes of a value, -1 for those that vary with the inputs' shapes; false if even the rank is not known.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public bool TryGetShape(string value, [NotNullWhen(true)] out int[]? shape) => (shape = _probe.Symbolic(value)) != null;

    /// <summary>Name, type and sizes of a value.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public ValueInfo Describe(string value) => new(value, TypeOf(value), _probe.Symbolic(value));

    /// <summary>The shapes of all values for given shapes of the inputs.</summary>
    /// <param name="inputShapes">Concrete sizes for each input, by name.</param>
    /// <exception cref="ArgumentException">A shape is missing or does not fit the input.</exception>
    /// <exception cref="OnnxException">The shapes do not fit together at some node.</exception>
    public GraphShapes ShapesFor(IReadOnlyDictionary<string, int[]> inputShapes) =>
        GraphProbe.Infer(Inputs, Nodes, _constants, input =>
        {
            if (!inputShapes.TryGetValue(input.Name, out var shape))
                throw new ArgumentException($"There is no shape for input {input}.", nameof(inputShapes));
            GraphProbe.CheckFits(input, shape);
            return shape;
        });

    /// <summary>The part of this graph that the named values need. The inputs stay.</summary>
    /// <exception cref="ArgumentException">The graph has no such value.</exception>
    public Graph WithOutputs(params string[] valueNames)
    {
        foreach (var value in valueNames)
        {
            if (!HasValue(value))
                throw new ArgumentException($"The graph has no value '{value}'.", nameof(valueNames));
        }

        HashSet<string> needed = new(valueNames, StringComparer.Ordinal);
        List<Node> kept = [];
        for (var i = Nodes.Count - 1; i >= 0; i--)
        {
            if (!Nodes[i].Outputs.Any(needed.Contains))
                continue;
            kept.Add(Nodes[i]);
            needed.UnionWith(Nodes[i].Inputs);
        }

        kept.Reverse();
        return new Graph(Name, Inputs, kept, _constants.Where(c => needed.Contains(c.Key)).ToDictionary(), valueNames);
    }

    /// <summary>
    /// The part of this graph behind a value, which becomes its only input: what is left to train where the layers before it stay
    /// as they are, and their results are kept.
    /// </summary>
    /// <exception cref="ArgumentException">The graph has no such value, or an output depends on an input besides.</exception>
    public Graph WithInput(string valueName)
    {
        if (!HasValue(valueName))
            throw new ArgumentException($"The graph has no value '{valueName}'.", nameof(valueName));
        HashSet<string> needed = new(Outputs, StringComparer.Ordinal);
        List<Node> kept = [];
        foreach (var node in Nodes.Reverse())
        {
            if (!node.Outputs.Any(o => o != valueName && needed.Contains(o)))
                continue;
            kept.Add(node);
            needed.UnionWith(node.Inputs);
        }

        if (Inputs.FirstOrDefault(i => i.Name != valueName && needed.Contains(i.Name)) is { } other)
            throw new ArgumentException($"An output depends on '{other.Name}' besides '{valueName}'.", nameof(valueName));
        kept.Reverse();
        var constants = _constants.Where(c => needed.Contains(c.Key)).ToDictionary();
        return new Graph(Name, [Describe(valueName)], kept, constants, Outputs);
    }
}
