using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Makes a batch size that is fixed in a file free: in the inputs, and where it leads the constant target of a Reshape. Done only
/// if the rows of a batch are then independent, and every output has the batch in front and its other sizes as before.
/// </summary>
internal static class BatchFreedom
{
    public static Graph Apply(Graph graph)
    {
        int[] batches = [.. graph.Inputs.Select(i => i.Dimensions!.Count == 0 ? 0 : i.Dimensions[0]).Distinct()];
        if (batches is not [int batch] || batch is <= 0 or int.MaxValue || !graph.HasKnownShapes)
            return graph;
        var shapes = graph.Inputs.ToDictionary(i => i.Name, i => graph.Probe.First.Of(i.Name));
        foreach (var shape in shapes.Values)
            shape[0] = batch + 1;
        try
        {
            (var nodes, var constants) = FreeTargets(graph, batch, shapes);
            ValueInfo[] inputs = [.. graph.Inputs.Select(i => i with { Dimensions = [-1, .. i.Dimensions!.Skip(1)] })];
            Graph free = new(graph.Name, inputs, nodes, constants, graph.Outputs);
            return RowIndependence.Of(free) && free.Outputs.All(o => KeepsSizes(graph, free, o, batch)) ? free : graph;
        }
        catch (OnnxException)
        {
            // It holds for the one batch size only, then.
            return graph;
        }
    }

    // The batch that was fixed leads, and what follows it is as before.
    private static bool KeepsSizes(Graph graph, Graph free, string output, int batch) =>
        graph.ShapeOf(output) is [int rows, .. int[] before] && rows == batch
        && free.ShapeOf(output) is [-1, .. int[] after] && before.AsSpan().SequenceEqual(after);

    private static (List<Node> Nodes, Dictionary<string, Tensor> Constants) FreeTargets(
        Graph graph, int batch, Dictionary<string, int[]> shapes)
    {
        Dictionary<string, Tensor> constants = new(graph.Constants, StringComparer.Ordinal);
        Dictionary<string, Fact> facts = new(StringComparer.Ordinal);
        foreach ((var name, var value) in constants)
        {
            facts[name] = Fact.Of(value);
        }

        foreach (var input in graph.Inputs)
            facts[input.Name] = new Fact(input.Type, shapes[input.Name]);
        List<Node> nodes = [];
        foreach (var original in graph.Nodes)
        {
            var node = original;
            Fact?[] read = [.. node.Inputs.Select(i => i.Length == 0 ? null : facts[i])];
            if (node.OpType == "Reshape" && FreeTarget(graph, node, read, batch) is { } target)
            {
                var name = UniqueName(graph, $"{node.Name}/target");
                constants[name] = target;
                facts[name] = Fact.Of(target);
                node = node.With(inputs: [node.Inputs[0], name], attributes: node.Attributes.Without("shape"));
                read = [read[0], facts[name]];
            }

            var made = OpRegistry.Of(node).Infer(node, read);
            for (var i = 0; i < made.Length; i++)
            {
                if (node.Outputs[i].Length > 0)
                    facts[node.Outputs[i]] = made[i];
            }

            nodes.Add(node);
        }

        return (nodes, constants);
    }

    // 0 in a target means: as in the input.
    private static Tensor? FreeTarget(Graph graph, Node node, Fact?[] read, int batch)
    {
        var target = read.Length > 1 ? read[1]?.Value : null;
        if (target is not { Type: ElementType.Int64, Rank: 1, Length: > 0 } || !graph.Constants.ContainsKey(node.Inputs[1])
            || target.Int64s[0] != batch || read[0]!.Shape is not [int rows, ..] || rows != batch + 1
            || node.Attributes.Int("allowzero") != 0)
        {
            return null;
        }

        var sizes = target.Int64s.ToArray();
        sizes[0] = 0;
        return Tensor.Of(sizes, sizes.Length);
    }

    private static string UniqueName(Graph graph, string name)
    {
        var unique = name;
        for (var i = 2; graph.HasValue(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }
}
