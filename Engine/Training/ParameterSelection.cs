using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training;

/// <summary>Which constants of a network can be trained, by name and in the order of the nodes.</summary>
/// <remarks>
/// Weights and biases of convolutions, Gemm and MatMul (a bias may be an Add after the product), scales and shifts of batch
/// normalisations, slopes of PRelu. Not: running statistics, bounds, and what prepares the input.
/// </remarks>
public static class ParameterSelection
{
    /// <summary>All constants of a network that can be trained.</summary>
    public static IReadOnlyList<string> All(Graph graph) => [.. Find(WithFoldedConstants(graph)).Keys];

    /// <summary>
    /// Those of a node and of all nodes that it does not depend on: of the layers from the named one to the output, with what
    /// lies beside it.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="node">The name of a node.</param>
    /// <exception cref="ArgumentException">The network has no such node.</exception>
    public static IReadOnlyList<string> From(Graph graph, string node)
    {
        graph = WithFoldedConstants(graph);
        var first = graph.Nodes.FirstOrDefault(n => n.Name == node)
            ?? throw new ArgumentException($"The network '{graph.Name}' has no node '{node}'.");
        HashSet<Node> above = [];
        void Visit(Node reader)
        {
            foreach (var input in reader.Inputs)
            {
                if (graph.ProducerOf(input) is { } producer && above.Add(producer))
                    Visit(producer);
            }
        }

        Visit(first);
        return [.. Find(graph).Keys.Except(above.SelectMany(n => n.Inputs))];
    }

    /// <summary>The graph with what depends on constants only, such as weights stored in half precision, as constants: they are
    /// what layers read, and what can be trained.</summary>
    internal static Graph WithFoldedConstants(Graph graph) => GraphOptimizer.Apply(new FoldConstants(), graph);

    /// <summary>The parameters by name, with kind and first reader.</summary>
    internal static Dictionary<string, (ParameterKind Kind, Node Reader)> Find(Graph graph)
    {
        Dictionary<string, (ParameterKind, Node)> found = new(StringComparer.Ordinal);
        void Offer(Node node, int input, ParameterKind kind)
        {
            if (node.HasInput(input) && graph.Constants.TryGetValue(node.Inputs[input], out var constant)
                && constant is { Type: ElementType.Float32, Length: > 0 })
            {
                found.TryAdd(node.Inputs[input], (kind, node));
            }
        }

        foreach (var node in graph.Nodes)
        {
            switch (node.OpType)
            {
                case "Conv" or "Gemm":
                    Offer(node, 1, ParameterKind.Weight);
                    Offer(node, 2, ParameterKind.Bias);
                    break;
                case "MatMul":
                    Offer(node, 1, ParameterKind.Weight);
                    break;
                case "BatchNormalization":
                    Offer(node, 1, ParameterKind.Normalization);
                    Offer(node, 2, ParameterKind.Normalization);
                    break;
                case "PRelu":
                    Offer(node, 1, ParameterKind.Normalization);
                    break;
                case "Add" when IsProduct(node.Inputs[0]):
                    Offer(node, 1, ParameterKind.Bias);
                    break;
                case "Add" when IsProduct(node.Inputs[1]):
                    Offer(node, 0, ParameterKind.Bias);
                    break;
            }
        }

        return found;

        bool IsProduct(string value) => graph.ProducerOf(value)?.OpType is "MatMul" or "Conv";
    }
}
