using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Questions about a graph at one input size.</summary>
internal sealed class GraphFacts
{
    // Operations that change no number, or only where numbers lie.
    private static readonly HashSet<string> s_transparent =
        ["Identity", "Dropout", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    private readonly GraphShapes _shapes;
    private readonly Dictionary<string, bool> _constant = new(StringComparer.Ordinal);
    private readonly int[] _inputShape;

    public GraphFacts(Graph graph, Preprocessing preprocessing)
    {
        Graph = graph;
        Preprocessing = preprocessing;
        _inputShape = preprocessing.ShapeOf(1);
        _shapes = graph.ShapesFor(new Dictionary<string, int[]> { [graph.Inputs[0].Name] = _inputShape });
    }

    public Graph Graph { get; }

    public Preprocessing Preprocessing { get; }

    /// <summary>The sizes of a value for one picture, or null.</summary>
    public int[]? Shape(string value) => _shapes.Find(value);

    /// <summary>The numbers that one picture's value has; 0 when it is not known.</summary>
    public int Count(string value) => Shape(value)?.Aggregate(1, (a, b) => a * b) ?? 0;

    public bool IsConstant(string value)
    {
        if (!_constant.TryGetValue(value, out var known))
        {
            known = Graph.Constants.ContainsKey(value)
                || (Graph.ProducerOf(value) is { } node && node.Inputs.All(i => i.Length == 0 || IsConstant(i)));
            _constant.Add(value, known);
        }

        return known;
    }

    /// <summary>The elements of a constant, also of one that is computed from others.</summary>
    public float[] ConstantFloats(string value)
    {
        if (Graph.Constants.TryGetValue(value, out var tensor) && tensor.Type == ElementType.Float32)
            return tensor.Floats.ToArray();
        using var session = new ReferenceRuntime().CreateSession(Graph.WithOutputs(value));
        var input = Tensor.Zeros(Graph.Inputs[0].Type, _inputShape);
        return session.Run(new Dictionary<string, Tensor> { [Graph.Inputs[0].Name] = input })[value].Floats.ToArray();
    }

    /// <summary>The one input that is not constant; null when there are none or several.</summary>
    public string? DataInput(Node node)
    {
        var data = node.Inputs.Where(i => i.Length > 0 && !IsConstant(i)).Distinct().ToArray();
        return data.Length == 1 ? data[0] : null;
    }

    /// <summary>Goes back over operations that change no number.</summary>
    public string BehindTransparent(string value)
    {
        while (true)
        {
            if (BehindQuantization(value) is { } real)
                value = real;
            else if (Graph.ProducerOf(value) is { } node && s_transparent.Contains(node.OpType))
                value = node.Inputs[0];
            else
                return value;
        }
    }

    /// <summary>What was quantised and turned back into a value, as it is when both are written as arithmetic; null for other
    /// values.</summary>
    private string? BehindQuantization(string value)
    {
        string? Back(string? from, string op, bool isOptional = false) =>
            from is not null && Graph.ProducerOf(from) is { } node && node.OpType == op ? node.Inputs[0]
            : isOptional ? from : null;

        var steps = Back(Back(Back(value, "Mul"), "Sub", isOptional: true), "Cast");
        return Back(Back(Back(Back(Back(steps, "Cast"), "Clip"), "Add", isOptional: true), "Round"), "Div");
    }

    /// <summary>Goes back over operations that change neither numbers nor shape.</summary>
    public string BehindTransparentKeepingPlaces(string value)
    {
        while (Graph.ProducerOf(value) is { OpType: "Identity" or "Dropout" } node)
            value = node.Inputs[0];
        return value;
    }

    /// <summary>True for a mean over all places of a map.</summary>
    public bool IsGlobalMean(Node node)
    {
        if (node.OpType == "GlobalAveragePool")
            return true;
        if (Shape(node.Inputs[0]) is not { Length: 4 } from || Shape(node.Outputs[0]) is not { } to)
            return false;
        var elements = to.Aggregate(1, (a, b) => a * b);
        return node.OpType switch
        {
            // As many numbers as channels are left, and they are the channels' when the axes are the last two.
            "ReduceMean" => elements == from[0] * from[1] && AxesOf(node) is { Length: 2 } axes
                && axes.All(a => a is 2 or 3 or -1 or -2),
            "AveragePool" => to is [_, _, 1, 1] && CoversMap(node, from[2], from[3]),
            _ => false,
        };
    }

    /// <summary>True when a pooling's only window holds the whole map; padding may reach beyond it if it does not
    /// count.</summary>
    private static bool CoversMap(Node pooling, int height, int width)
    {
        if (pooling.Attributes.Ints("kernel_shape") is not { Length: 2 } kernel)
            return false;
        var pads = pooling.Attributes.Ints("pads") ?? [0, 0, 0, 0];
        var exact = kernel[0] == height && kernel[1] == width && pads.All(p => p == 0);
        var covers = kernel[0] - pads[0] >= height && kernel[1] - pads[1] >= width;
        return exact || (covers && pooling.Attributes.Int("count_include_pad") == 0);
    }

    private long[]? AxesOf(Node node)
    {
        if (node.Attributes.Ints("axes") is { } axes)
            return axes;
        return node.HasInput(1) && _shapes.ElementsOf(node.Inputs[1]) is { Type: ElementType.Int64 } tensor
            ? tensor.Int64s.ToArray() : null;
    }
}
