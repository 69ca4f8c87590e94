using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Takes fused nodes apart into those that ONNX has: the operator (its weights scaled), the addition of the residual, the
/// activation.
/// </summary>
internal static class Unfusing
{
    public static Graph Apply(Graph graph)
    {
        if (!graph.Nodes.Any(IsExtended))
            return graph;
        Dictionary<string, Tensor> constants = new(graph.Constants, StringComparer.Ordinal);
        List<Node> nodes = [.. graph.Nodes.SelectMany(n => IsExtended(n) ? Parts(graph, n, constants) : [n])];
        HashSet<string> read = new(nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs), StringComparer.Ordinal);
        return new Graph(graph.Name, graph.Inputs, nodes, constants.Where(c => read.Contains(c.Key)).ToDictionary(),
            graph.Outputs);
    }

    private static bool IsExtended(Node node) => Activation.IsFused(node) || ConvOp.IsExtended(node) || node.OpType == "Swish";

    private static List<Node> Parts(Graph graph, Node node, Dictionary<string, Tensor> constants)
    {
        List<Node> parts = [];
        var output = node.Outputs[0];
        if (node.OpType == "Swish")
            return SwishNodes(graph, node, SwishOp.Alpha(node), node.Inputs[0], constants);
        var activation = node.Attributes.Text(Activation.Name, "none");
        var adds = node.OpType == "Conv" && node.HasInput(ConvOp.ResidualInput);
        var sum = activation == "none" ? output : Unique(graph, $"{output}/linear");
        var product = adds ? Unique(graph, $"{output}/{node.OpType}") : sum;
        parts.Add(node.With(PlainInputs(graph, node, constants), [product], node.Attributes.Without(Activation.Attributes)));
        if (adds)
        {
            parts.Add(new Node("Add", [product, node.Inputs[ConvOp.ResidualInput]], [sum], null, $"{node.Name}/add",
                Math.Max(7, node.Opset)));
        }

        if (activation != "none")
            parts.AddRange(ActivationNodes(graph, node, activation, sum, constants));
        return parts;
    }

    private static IEnumerable<string> PlainInputs(Graph graph, Node node, Dictionary<string, Tensor> constants)
    {
        if (!ConvOp.IsExtended(node))
            return node.Inputs;
        string[] inputs = [.. node.Inputs.Take(node.HasInput(ConvOp.BiasInput) ? ConvOp.ResidualInput : ConvOp.BiasInput)];
        if (node.HasInput(ConvOp.ScaleInput))
        {
            Tensor weights = constants[inputs[1]], scale = constants[node.Inputs[ConvOp.ScaleInput]];
            inputs[1] = Unique(graph, $"{inputs[1]}/{node.Name}");
            constants[inputs[1]] = ConvOp.Scaled(weights, scale);
        }

        return inputs;
    }

    private static List<Node> ActivationNodes(Graph graph, Node node, string activation, string input,
        Dictionary<string, Tensor> constants)
    {
        var output = node.Outputs[0];
        var alpha = node.Attributes.Float(Activation.Alpha);
        var beta = node.Attributes.Float(Activation.Beta);
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
            case "gelu": return [Of("Gelu", 20)];
            case "swish": return SwishNodes(graph, node, alpha, input, constants);
            case "hardswish":
                // Has an operator of its own only since operator set 14.
                var gate = Unique(graph, $"{output}/gate");
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
                    var constant = Unique(graph, $"{output}/{name}");
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

    // An operator of its own only since operator set 24.
    private static List<Node> SwishNodes(Graph graph, Node node, float alpha, string input, Dictionary<string, Tensor> constants)
    {
        string output = node.Outputs[0], gate = Unique(graph, $"{output}/gate"), scaled = input;
        var opset = Math.Max(7, node.Opset);
        List<Node> parts = [];
        if (alpha != 1)
        {
            var factor = Unique(graph, $"{output}/alpha");
            constants[factor] = Tensor.Of([alpha], []);
            scaled = Unique(graph, $"{output}/scaled");
            parts.Add(new Node("Mul", [input, factor], [scaled], null, $"{node.Name}/scale", opset));
        }

        parts.Add(new Node("Sigmoid", [scaled], [gate], null, $"{node.Name}/gate", opset));
        parts.Add(new Node("Mul", [input, gate], [output], null, $"{node.Name}/swish", opset));
        return parts;
    }

    private static string Unique(Graph graph, string name)
    {
        var unique = name;
        for (var i = 2; graph.HasValue(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }
}
