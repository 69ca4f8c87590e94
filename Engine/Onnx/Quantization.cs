using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Takes the operators between real numbers and quantised ones apart into arithmetic: graphs hold quantised numbers as whole ones
/// of 32 bits, and compute with those that they stand for, (x - zero) scale.
/// </summary>
/// <param name="opset">The operator set of the file.</param>
/// <param name="shapeOf">The sizes of a value, -1 for those not known; null if not even the rank is.</param>
/// <param name="addConstant">Puts a constant into the graph, under that name.</param>
internal sealed class Quantization(int opset, Func<string, int[]?> shapeOf, Action<string, Tensor> addConstant)
{
    // The first in which all the operators made here have the form that they are given.
    private const int Opset = 13;

    /// <summary>The operators that are taken apart.</summary>
    public static readonly string[] Operators = ["QuantizeLinear", "DequantizeLinear"];

    private static readonly string[] Attributes = ["axis", "block_size", "output_dtype", "precision", "saturate"];

    /// <summary>The least and the largest number of a type that numbers are quantised to; null for other types.</summary>
    public static (float Least, float Most)? RangeOf(DataType type) => type switch
    {
        DataType.Uint8 => (byte.MinValue, byte.MaxValue),
        DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DataType.Uint16 => (ushort.MinValue, ushort.MaxValue),
        DataType.Int16 => (short.MinValue, short.MaxValue),
        _ => null,
    };

    /// <summary>The nodes that do what one node does.</summary>
    /// <param name="node">The node, of one of the operators.</param>
    /// <param name="result">The type that the file stores its output in.</param>
    public IReadOnlyList<Node> Parts(Node node, DataType result)
    {
        Check(node);
        var output = node.Outputs[0];
        var shape = shapeOf(node.Inputs[0]);
        var parts = new Chain(node, Math.Max(Opset, opset));
        var real = parts.Add("Cast", "real", [node.Inputs[0]], ("to", (long)DataType.Float));
        var scale = Aligned(node, 1, shape, parts);
        var zero = !node.HasInput(2) ? null
            : parts.Add("Cast", "zero", [Aligned(node, 2, shape, parts)], ("to", (long)DataType.Float));
        if (node.OpType == "DequantizeLinear")
        {
            var shifted = zero == null ? real : parts.Add("Sub", "shifted", [real, zero]);
            return parts.End("Mul", [shifted, scale], output);
        }

        (var least, var most) = RangeOf(result) ?? throw node.Error($"does not quantise to {result}");
        var rounded = parts.Add("Round", "rounded", [parts.Add("Div", "scaled", [real, scale])]);
        var moved = zero == null ? rounded : parts.Add("Add", "moved", [rounded, zero]);
        addConstant($"{output}/least", Tensor.Of([least], []));
        addConstant($"{output}/most", Tensor.Of([most], []));
        var held = parts.Add("Clip", "held", [moved, $"{output}/least", $"{output}/most"]);
        return parts.End("Cast", [held], output, ("to", (long)DataType.Int32));
    }

    private static void Check(Node node)
    {
        if (node.Inputs.Count is < 2 or > 3 || !node.HasInput(0) || !node.HasInput(1) || node.Outputs is not [{ Length: > 0 }])
            throw node.Error("needs an input, a scale, at most a zero point, and one output");
        foreach (var name in node.Attributes.Names.Except(Attributes))
            throw node.Error($"attribute '{name}' is not supported");
        if (node.Attributes.Int("block_size") != 0)
            throw node.Error("attribute 'block_size' is set, which is not supported");
        if (node.Attributes.Int("precision") is not (0 or (long)DataType.Float))
            throw node.Error($"attribute 'precision' is {node.Attributes.Int("precision")}, which is not supported");
        if (node.OpType == "DequantizeLinear" && node.Attributes.Int("output_dtype") is not (0 or (long)DataType.Float))
            throw node.Error($"attribute 'output_dtype' is {node.Attributes.Int("output_dtype")}, which is not supported");
    }

    // A scale or zero point, one for all or one for each element along an axis, so that it is broadcast to the input.
    private string Aligned(Node node, int input, int[]? shape, Chain parts)
    {
        var name = node.Inputs[input];
        switch (shapeOf(name))
        {
            case []:
                return name;
            case [1]:
                addConstant($"{node.Outputs[0]}/axes/{input}", Tensor.Of([0L], 1));
                return parts.Add("Squeeze", $"single/{input}", [name, $"{node.Outputs[0]}/axes/{input}"]);
            case [> 1] when shape != null:
                var axis = node.Attributes.Int("axis", 1);
                axis = axis < 0 ? axis + shape.Length : axis;
                if (axis < 0 || axis >= shape.Length)
                    throw node.Error($"axis {node.Attributes.Int("axis", 1)} is not in a tensor of rank {shape.Length}");
                long[] further = [.. Enumerable.Range(1, shape.Length - 1 - (int)axis).Select(i => (long)i)];
                if (further.Length == 0)
                    return name;
                addConstant($"{node.Outputs[0]}/axes/{input}", Tensor.Of(further, further.Length));
                return parts.Add("Unsqueeze", $"aligned/{input}", [name, $"{node.Outputs[0]}/axes/{input}"]);
            default:
                throw node.Error($"has an input {input} ('{name}') not known to be one number, or one for each of an axis");
        }
    }

    private sealed class Chain(Node node, int opset)
    {
        private readonly List<Node> _nodes = [];

        public string Add(string op, string name, string[] inputs, params (string Name, object Value)[] attributes)
        {
            var output = $"{node.Outputs[0]}/{name}";
            End(op, inputs, output, attributes);
            return output;
        }

        public IReadOnlyList<Node> End(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
        {
            _nodes.Add(new Node(op, inputs, [output], NodeAttributes.Of(attributes), node.Name, opset));
            return _nodes;
        }
    }
}
