using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Pipeline.Export;

/// <summary>The nodes and constants of a graph that is being made, each value under a name of its own.</summary>
internal sealed class GraphDraft
{
    private const string Prefix = "export/";

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);

    /// <summary>Makes a draft.</summary>
    /// <param name="reserved">Names that are given by hand: the inputs and outputs.</param>
    public GraphDraft(params IEnumerable<string> reserved) => _taken.UnionWith(reserved);

    /// <summary>Adds a whole graph, its input taken from a value of this one.</summary>
    /// <param name="graph">The graph; names that are taken are changed.</param>
    /// <param name="input">The value in place of its input.</param>
    /// <returns>The names here of its values.</returns>
    public Func<string, string> Add(Graph graph, string input)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal) { [""] = "", [graph.Inputs[0].Name] = input };
        foreach (var (name, value) in graph.Constants)
            _constants.Add(names[name] = Unique(name), value);
        foreach (var output in graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0))
            names[output] = Unique(output);
        _nodes.AddRange(graph.Nodes.Select(n => n.With(n.Inputs.Select(i => names[i]), n.Outputs.Select(o => names[o]))));
        return name => names[name];
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="name">What its output is called, or begins with.</param>
    /// <param name="inputs">The values it reads.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its output.</returns>
    public string Step(string op, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        Put(op, Unique(Prefix + name), inputs, Node.DefaultOpset, attributes);

    /// <summary>Adds a node in the meaning of another operator set.</summary>
    public string StepOf(int opset, string op, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        Put(op, Unique(Prefix + name), inputs, opset, attributes);

    /// <summary>Adds the node that makes an output of the graph.</summary>
    public string Output(string op, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        Put(op, name, inputs, Node.DefaultOpset, attributes);

    /// <summary>Adds a constant, unless there is one that equals it.</summary>
    /// <returns>The name of the one or the other.</returns>
    public string Constant(string name, Tensor value)
    {
        if (_constants.FirstOrDefault(known => known.Value.HasSameElementsAs(value)).Key is { } same)
            return same;
        name = Unique(Prefix + name);
        _constants.Add(name, value);
        return name;
    }

    public string Wholes(string name, params long[] values) => Constant(name, Tensor.Of(values, values.Length));

    public string Number(string name, float value) => Constant(name, Tensor.Of([value]));

    /// <exception cref="Engine.Onnx.OnnxException">The parts make no graph.</exception>
    public Graph Build(string name, ValueInfo input, IEnumerable<string> outputs) =>
        new Graph(name, [input], _nodes, _constants, outputs).WithOutputs([.. outputs]);

    private string Put(string op, string output, string[] inputs, int opset, (string Name, object Value)[] attributes)
    {
        _nodes.Add(new Node(op, inputs, [output], NodeAttributes.Of(attributes), null, opset));
        return output;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; !_taken.Add(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }
}
