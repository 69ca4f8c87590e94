using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// Decides which values are made as a slice of the channels of a concatenation that reads them, so that it need not copy them.
/// </summary>
/// <remarks>
/// Goes from the last concatenation to the first: where a network joins the same maps again and again (DenseNet), all earlier
/// ones become views of the last one's memory.
/// </remarks>
internal sealed class ConcatPlacement
{
    private static readonly HashSet<string> s_writers =
    [
        "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "Relu", "Clip", "LeakyRelu",
        "PRelu",
        "Add", "Sub", "Mul", "Div", "Sum", "LRN", "Concat", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Elu", "Selu",
    ];

    private readonly Dictionary<string, (string Root, int Channel)> _locations = new(StringComparer.Ordinal);

    public ConcatPlacement(Graph graph, GraphShapes shapes)
    {
        for (var n = graph.Nodes.Count - 1; n >= 0; n--)
        {
            if (IsChannelConcat(graph.Nodes[n], shapes))
                Place(graph, shapes, graph.Nodes[n]);
        }
    }

    /// <summary>Whether a node joins maps along their channels.</summary>
    public static bool IsChannelConcat(Node node, GraphShapes shapes)
    {
        if (node.OpType != "Concat" || shapes.Find(node.Outputs[0]) is not { } shape || !Plans.Place.CanBeChannelsLast(shape))
            return false;
        var axis = node.Attributes.Int("axis", 1);
        return (axis < 0 ? axis + shape.Length : axis) == 1
            && node.Inputs.All(i => shapes.TypeOf(i) == ElementType.Float32 && shapes.Find(i) is { } s && s[1] > 0);
    }

    /// <summary>The concatenation whose memory a value shares, and its first channel there.</summary>
    public bool TryFind(string value, out string root, out int channel)
    {
        var found = _locations.TryGetValue(value, out var location);
        (root, channel) = location;
        return found;
    }

    private void Place(Graph graph, GraphShapes shapes, Node concat)
    {
        var output = concat.Outputs[0];
        if (!_locations.TryGetValue(output, out var location))
        {
            location = LocationOfInputs(shapes, concat) ?? (output, 0);
            _locations.Add(output, location);
        }

        (var root, var channel) = location;
        foreach (var input in concat.Inputs)
        {
            var written = graph.ProducerOf(input) is { } producer && s_writers.Contains(producer.OpType)
                && producer.Outputs[0] == input;
            if (written)
                _locations.TryAdd(input, (root, channel));
            channel += shapes.Of(input)[1];
        }
    }

    /// <summary>Where the inputs already lie side by side in order, or null.</summary>
    private (string Root, int Channel)? LocationOfInputs(GraphShapes shapes, Node concat)
    {
        if (!_locations.TryGetValue(concat.Inputs[0], out var first))
            return null;
        var channel = first.Channel;
        foreach (var input in concat.Inputs)
        {
            if (!_locations.TryGetValue(input, out var location) || location != (first.Root, channel))
                return null;
            channel += shapes.Of(input)[1];
        }

        return first;
    }
}
