using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Takes fused nodes apart into those that ONNX has: the operator, the addition of the residual, the activation.
/// </summary>
internal static class Unfusing
{
    public static Graph Apply(Graph graph)
    {
        if (!graph.Nodes.Any(Activation.IsFused))
            return graph;
        Dictionary<string, Tensor> constants = new(graph.Constants, StringComparer.Ordinal);
        IEnumerable<Node> nodes = [.. graph.Nodes.SelectMany(n => Activation.IsFused(n) ? Parts(graph, n, constants) : [n])];
        return new Graph(graph.Name, graph.Inputs, nodes, constants, graph.Outputs);
    }

    private static List<Node> Parts(Graph graph, Node node, Dictionary<string, Tensor> constants)
    {
        List<Node> parts = [];
        string output = node.Outputs[0];
        string activation = node.Attributes.Text(Activation.Name, "none");
        bool adds = node.OpType == "Conv" && node.HasInput(ConvOp.ResidualInput);
        string sum = activation == "none" ? output : Unique(graph, $"{output}/linear");
        string product = adds ? Unique(graph, $"{output}/{node.OpType}") : sum;
        IEnumerable<string> inputs = adds ? node.Inputs.Take(ConvOp.ResidualInput) : node.Inputs;
        if (adds && !node.HasInput(ConvOp.BiasInput))
            inputs = inputs.Take(ConvOp.BiasInput);
        parts.Add(node.With(inputs, [product], node.Attributes.Without(Activation.Attributes)));
        if (adds)
            parts.Add(new Node("Add", [product, node.Inputs[ConvOp.ResidualInput]], [sum], null, $"{node.Name}/add",
                Math.Max(7, node.Opset)));
        if (activation != "none")
            parts.AddRange(ActivationNodes(graph, node, activation, sum, constants));
        return parts;
    }

    private static List<Node> ActivationNodes(Graph graph, Node node, string activation, string input,
        Dictionary<string, Tensor> constants)
    {
        string output = node.Outputs[0];
        float alpha = node.Attributes.Float(Activation.Alpha);
        float beta = node.Attributes.Float(Activation.Beta);
        Node Of(string op, int opset, NodeAttributes? attributes = null, params string[] more) =>
            new(op, [input, .. more], [output], attributes, $"{node.Name}/{activation}", Math.Max(opset, node.Opset));

        switch (activation)
        {
            case "relu": return [Of("Relu", 6)];
            case "sigmoid": return [Of("Sigmoid", 6)];
            case "tanh": return [Of("Tanh", 6)];
            case "leakyrelu": return [Of("LeakyRelu", 6, NodeAttributes.Of(("alpha", alpha)))];
            case "elu": return [Of("Elu", 6, NodeAttributes.Of(("alpha", alpha)))];
            case "hardsigmoid": return [Of("HardSigmoid", 6, NodeAttributes.Of(("alpha", alpha), ("beta", beta)))];
            case "hardswish":
                // Has an operator of its own only since operator set 14.
                string gate = Unique(graph, $"{output}/gate");
                return
                [
                    new Node("HardSigmoid", [input], [gate], NodeAttributes.Of(("alpha", 1 / 6f), ("beta", 0.5f)),
                        $"{node.Name}/gate",
                        Math.Max(6, node.Opset)),
                    Of("Mul", 7, null, gate),
                ];
            case "clip":
                string Bound(string name, float value)
                {
                    string constant = Unique(graph, $"{output}/{name}");
                    constants[constant] = Tensor.Of([value], []);
                    return constant;
                }

                return
                [
                    Of("Clip", 11, null, float.IsInfinity(alpha) ? "" : Bound("min", alpha),
                        float.IsInfinity(beta) ? "" : Bound("max", beta)),
                ];
            default:
                throw node.Error($"has the activation '{activation}', which cannot be written");
        }
    }

    private static string Unique(Graph graph, string name)
    {
        string unique = name;
        for (int i = 2; graph.HasValue(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }
}
