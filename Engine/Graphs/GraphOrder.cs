using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>Puts nodes into topological order, and finds names that are used twice, missing, or circular.</summary>
internal static class GraphOrder
{
    public static (Node[] Sorted, Dictionary<string, Node> Producers) Sort(
        IReadOnlyList<ValueInfo> inputs, Node[] nodes, Dictionary<string, Tensor> constants, IReadOnlyList<string> outputs)
    {
        HashSet<string> ready = new(constants.Keys, StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (!ready.Add(input.Name))
                throw OnnxException.In(null, $"the value name '{input.Name}' is used twice");
        }

        var producers = FindProducers(nodes, ready);
        var sorted = Sort(nodes, producers, ready);
        if (outputs.Count == 0)
            throw OnnxException.In(null, "the graph has no outputs");
        foreach (var output in outputs)
        {
            if (!ready.Contains(output))
                throw OnnxException.In(null, $"output '{output}' is made by no node");
        }

        return outputs.Distinct().Count() == outputs.Count
            ? (sorted, producers)
            : throw OnnxException.In(null, $"an output is named twice: {string.Join(", ", outputs)}");
    }

    private static Dictionary<string, Node> FindProducers(Node[] nodes, HashSet<string> given)
    {
        Dictionary<string, Node> producers = new(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (var output in node.Outputs)
            {
                if (output.Length > 0 && (given.Contains(output) || !producers.TryAdd(output, node)))
                    throw node.Error($"makes '{output}', a name that is used already");
            }
        }

        return producers;
    }

    // Kahn's algorithm, in rounds of the given order: a graph that is sorted already stays as it is.
    private static Node[] Sort(Node[] nodes, Dictionary<string, Node> producers, HashSet<string> ready)
    {
        List<Node> sorted = new(nodes.Length);
        List<Node> waiting = [.. nodes];
        while (waiting.Count > 0)
        {
            List<Node> blocked = [];
            foreach (var node in waiting)
            {
                if (!node.Inputs.All(i => i.Length == 0 || ready.Contains(i)))
                {
                    blocked.Add(node);
                    continue;
                }

                sorted.Add(node);
                ready.UnionWith(node.Outputs.Where(o => o.Length > 0));
            }

            if (blocked.Count == waiting.Count)
                throw Explain(blocked, producers, ready);
            waiting = blocked;
        }

        return [.. sorted];
    }

    private static OnnxException Explain(List<Node> blocked, Dictionary<string, Node> producers, HashSet<string> ready)
    {
        foreach (var node in blocked)
        {
            var missing = node.Inputs.FirstOrDefault(i => i.Length > 0 && !ready.Contains(i) && !producers.ContainsKey(i));
            if (missing != null)
                return node.Error($"reads '{missing}', which is neither an input, nor a constant, nor made by a node");
        }

        return blocked[0].Error("is part of, or behind, a cycle");
    }
}
