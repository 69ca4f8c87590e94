using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Summaries;

/// <summary>What a network is made of and what it costs: a line for every layer, and the totals.</summary>
public sealed class NetworkSummary
{
    private NetworkSummary(IReadOnlyList<int> inputShape, IReadOnlyList<LayerSummary> layers, long parameters,
        long activationBytes)
    {
        InputShape = inputShape;
        Layers = layers;
        Parameters = parameters;
        MultiplyAdds = layers.Sum(l => l.MultiplyAdds);
        ActivationBytesPerImage = activationBytes;
    }

    /// <summary>Shape of the input for one image.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>The layers in the order in which they run.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Learned numbers in all.</summary>
    public long Parameters { get; }

    /// <summary>Multiply-adds for one image.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Bytes that the parameters take as float32.</summary>
    public long ParameterBytes => 4 * Parameters;

    /// <summary>The largest number of bytes of float32 activations that are alive at once, for one image.</summary>
    public long ActivationBytesPerImage { get; }

    /// <summary>Bytes that a batch needs: the parameters once, the activations for every image.</summary>
    public long BytesFor(int batch) => ParameterBytes + batch * ActivationBytesPerImage;

    /// <summary>Describes a graph with one image input.</summary>
    /// <param name="graph">The graph as read, before anything is folded or fused.</param>
    /// <param name="inputSize">Height and width to assume where the graph leaves them open; default 224.</param>
    public static NetworkSummary Of(Graph graph, int inputSize = 224)
    {
        var input = graph.Inputs[0];
        int[] inputShape = [.. input.Dimensions!.Select((d, axis) => d >= 0 ? d : axis == 0 ? 1 : inputSize)];
        var shapes = graph.ShapesFor(graph.Inputs.ToDictionary(
            i => i.Name, i => i == input ? inputShape : [.. i.Dimensions!.Select(d => Math.Max(1, d))]));

        var fixedValues = FindConstantValues(graph);
        var fields = new ReceptiveFields(graph.Inputs);
        var counted = new HashSet<string>(StringComparer.Ordinal);
        List<LayerSummary> layers = [];
        foreach (var node in graph.Nodes)
        {
            if (node.Outputs.All(fixedValues.Contains))
                continue;
            var output = shapes.Of(node.FirstOutput);
            var window = Window.Of(node, shapes);
            layers.Add(new LayerSummary(node.Name, node.OpType, window?.Kernel, window?.Stride, window?.Padding, output,
                CountParameters(node, fixedValues, shapes, counted), CountMultiplyAdds(node, shapes),
                fields.Follow(node, window, fixedValues), 0));
        }

        double total = Math.Max(1, layers.Sum(l => l.MultiplyAdds));
        layers = [.. layers.Select(l => l with { Share = l.MultiplyAdds / total })];
        return new NetworkSummary(inputShape, layers, layers.Sum(l => l.Parameters), PeakActivations(graph, shapes, fixedValues));
    }

    /// <summary>Constants, and what nodes compute from constants alone (a weight stored as float16 behind a Cast, say).</summary>
    private static HashSet<string> FindConstantValues(Graph graph)
    {
        HashSet<string> found = new(graph.Constants.Keys, StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.OpType != "Shape" && node.Inputs.All(i => i.Length == 0 || found.Contains(i)))
                found.UnionWith(node.Outputs);
        }

        return found;
    }

    // A tensor that two nodes share is counted once. The statistics of batch norm (inputs 3 and 4) are measured, not learned.
    private static long CountParameters(Node node, HashSet<string> constants, GraphShapes shapes, HashSet<string> counted)
    {
        var read = node.OpType switch
        {
            "BatchNormalization" => node.Inputs.Skip(1).Take(2),
            "Conv" or "Gemm" or "MatMul" or "PRelu" or "Add" or "Mul" => node.Inputs,
            _ => [],
        };
        long count = 0;
        foreach (var name in read)
        {
            if (name.Length > 0 && constants.Contains(name) && shapes.TypeOf(name) == ElementType.Float32 && counted.Add(name))
                count += Product(shapes.Of(name));
        }

        return count;
    }

    private static long CountMultiplyAdds(Node node, GraphShapes shapes)
    {
        switch (node.OpType)
        {
            case "Conv":
                var weight = shapes.Of(node.Inputs[1]);
                return Product(shapes.Of(node.Outputs[0])) * Product(weight.AsSpan(1));
            case "Gemm":
                var a = shapes.Of(node.Inputs[0]);
                return Product(shapes.Of(node.Outputs[0])) * a[node.Attributes.Int("transA") != 0 ? 0 : 1];
            case "MatMul":
                return Product(shapes.Of(node.Outputs[0])) * shapes.Of(node.Inputs[0])[^1];
            default:
                return 0;
        }
    }

    private static long PeakActivations(Graph graph, GraphShapes shapes, HashSet<string> constants)
    {
        Dictionary<string, int> lastUse = new(StringComparer.Ordinal);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var value in graph.Nodes[i].Inputs)
                lastUse[value] = i;
        }

        foreach (var output in graph.Outputs)
            lastUse[output] = graph.Nodes.Count;
        long Bytes(string value) => value.Length == 0 || constants.Contains(value) ? 0 : 4 * Product(shapes.Of(value));

        var alive = graph.Inputs.Sum(i => Bytes(i.Name));
        var peak = alive;
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            alive += graph.Nodes[i].Outputs.Sum(Bytes);
            peak = Math.Max(peak, alive);
            foreach (var value in graph.Nodes[i].Inputs.Concat(graph.Nodes[i].Outputs).Distinct())
            {
                if (lastUse.GetValueOrDefault(value, -1) <= i)
                    alive -= Bytes(value);
            }
        }

        return peak;
    }

    private static long Product(ReadOnlySpan<int> dimensions)
    {
        long product = 1;
        foreach (var dimension in dimensions)
            product *= dimension;
        return product;
    }
}
