using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// A graph being rewritten. Values keep their names and meanings, so what the original graph knows of a value's type and shape
/// stays true.
/// </summary>
internal sealed class GraphEditor
{
    private readonly List<Node?> _nodes;
    private readonly Dictionary<Node, int> _places = [];
    private readonly Dictionary<string, Tensor> _constants;
    private readonly Dictionary<string, Node> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Node>> _consumers = new(StringComparer.Ordinal);

    public GraphEditor(Graph original)
    {
        Original = original;
        _constants = new Dictionary<string, Tensor>(original.Constants, StringComparer.Ordinal);
        _nodes = [.. original.Nodes];
        for (var i = 0; i < _nodes.Count; i++)
            Enter(_nodes[i]!, i);
    }

    /// <summary>The graph as it was: for types and shapes.</summary>
    public Graph Original { get; }

    /// <summary>The nodes there are now, in topological order. May be edited meanwhile.</summary>
    public IEnumerable<Node> Nodes
    {
        get
        {
            for (var i = 0; i < _nodes.Count; i++)
            {
                if (_nodes[i] is { } node)
                    yield return node;
            }
        }
    }

    public IReadOnlyDictionary<string, Tensor> Constants => _constants;

    /// <summary>The constant that a node reads as its input; null if there is none, or if it is no constant.</summary>
    public Tensor? ConstantInput(Node node, int index) => node.HasInput(index) ? _constants.GetValueOrDefault(node.Inputs[index])
        : null;

    public Node? ProducerOf(string value) => _producers.GetValueOrDefault(value);

    public IReadOnlyList<Node> ConsumersOf(string value) => _consumers.TryGetValue(value, out var nodes) ? nodes : [];

    public bool IsOutput(string value) => Original.Outputs.Contains(value);

    /// <summary>
    /// The node that makes a value which nothing but one input of one other node needs; null if that is not so.
    /// </summary>
    public Node? SoleProducerOf(string value) =>
        ProducerOf(value) is { Outputs.Count: 1 } node && !IsOutput(value) && ConsumersOf(value).Count == 1 ? node : null;

    /// <summary>The shape of a value of the original graph; null if it has no fixed rank, or the value is new.</summary>
    public int[]? ShapeOf(string value) => Original.HasValue(value) && Original.TryGetShape(value, out var shape) ? shape
        : null;

    /// <summary>Whether two values have one shape, whatever the inputs' shapes are.</summary>
    public bool SameShape(string value, string other) =>
        Original.HasValue(value) && Original.HasValue(other) && Original.Probe.SameShape(value, other);

    /// <summary>Puts a node in the place of another, which it makes unnecessary.</summary>
    public void Replace(Node node, Node with)
    {
        var place = Leave(node);
        _nodes[place] = with;
        Enter(with, place);
    }

    public void Remove(Node node) => _nodes[Leave(node)] = null;

    /// <summary>A further node, in no particular place.</summary>
    public void Add(Node node)
    {
        _nodes.Add(node);
        Enter(node, _nodes.Count - 1);
    }

    /// <summary>Where in the order a node stands.</summary>
    public int PlaceOf(Node node) => _places[node];

    /// <summary>A new constant; its name begins as proposed.</summary>
    public string AddConstant(string name, Tensor value)
    {
        var unique = UniqueName(name);
        _constants[unique] = value;
        return unique;
    }

    /// <summary>Makes a value that a node made a constant. The node must go.</summary>
    public void SetConstant(string name, Tensor value) => _constants[name] = value;

    /// <summary>A name that no value has.</summary>
    public string UniqueName(string name)
    {
        var unique = name;
        for (var i = 2; _constants.ContainsKey(unique) || _producers.ContainsKey(unique) || Original.HasValue(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }

    /// <summary>Removes a node whose first output equals one of its inputs; false if names do not allow it.</summary>
    public bool TryBypass(Node node, int input = 0)
    {
        var from = node.Inputs[input];
        var to = node.Outputs[0];
        if (!IsOutput(to))
        {
            Remove(node);
            Redirect(to, from);
            return true;
        }

        // The output keeps its name, so the input's maker must take that on.
        if (IsOutput(from) || ProducerOf(from) is not { } producer)
            return false;
        Remove(node);
        Replace(producer, producer.With(outputs: producer.Outputs.Select(o => o == from ? to : o)));
        Redirect(from, to);
        return true;
    }

    /// <summary>The graph as it is now, checked.</summary>
    public Graph ToGraph()
    {
        HashSet<string> read = new(Nodes.SelectMany(n => n.Inputs).Concat(Original.Outputs), StringComparer.Ordinal);
        return new Graph(Original.Name, Original.Inputs, Nodes, _constants.Where(c => read.Contains(c.Key)).ToDictionary(),
            Original.Outputs);
    }

    private void Redirect(string from, string to)
    {
        foreach (var consumer in ConsumersOf(from).Distinct().ToArray())
            Replace(consumer, consumer.With(inputs: consumer.Inputs.Select(i => i == from ? to : i)));
    }

    private void Enter(Node node, int place)
    {
        _places[node] = place;
        foreach (var output in node.Outputs.Where(o => o.Length > 0))
            _producers[output] = node;
        foreach (var input in node.Inputs.Where(i => i.Length > 0))
        {
            if (!_consumers.TryGetValue(input, out var nodes))
                _consumers[input] = nodes = [];
            nodes.Add(node);
        }
    }

    private int Leave(Node node)
    {
        _places.Remove(node, out var place);
        foreach (var output in node.Outputs.Where(o => o.Length > 0 && _producers[o] == node))
            _producers.Remove(output);
        foreach (var input in node.Inputs.Where(i => i.Length > 0))
            _consumers[input].Remove(node);
        return place;
    }
}
