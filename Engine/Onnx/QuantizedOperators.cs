using MlPipeline.Engine.Onnx.Format;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;
using Kind = MlPipeline.Engine.Onnx.Format.AttributeProto.Types.AttributeType;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Writes operators on quantised numbers as what they stand for: their inputs turned into real numbers (DequantizeLinear), the
/// operator on those, and its result quantised again (QuantizeLinear). Those of ONNX, and those of ONNX Runtime that its
/// quantiser makes of the networks here. Sums are of single precision, so a quantised result may differ by one step
/// where it lies between two.
/// </summary>
internal sealed class QuantizedOperators
{
    private const string One = "quantized_operators/one";
    private const string None = "";

    private readonly GraphProto _graph;
    private readonly List<NodeProto> _nodes = [];

    private QuantizedOperators(GraphProto graph) => _graph = graph;

    /// <summary>Rewrites a graph where it lies.</summary>
    public static void Unfold(GraphProto graph)
    {
        var unfolded = new QuantizedOperators(graph);
        foreach (var node in graph.Node)
        {
            if (!unfolded.Add(node))
                unfolded._nodes.Add(node);
        }

        if (unfolded._nodes.Count == graph.Node.Count)
            return;
        graph.Node.Clear();
        graph.Node.Add(unfolded._nodes);
        graph.Initializer.Add(new TensorProto { Name = One, DataType = (int)DataType.Float, FloatData = { 1 } });
    }

    private bool Add(NodeProto node)
    {
        if (node.Domain is not ("" or "ai.onnx" or "com.microsoft") || node.Output.Count == 0
            || node.Attribute.Any(a => a.Name == "channels_last" && a.I != 0))
        {
            return false;
        }

        string In(int i) => i < node.Input.Count ? node.Input[i] : None;
        switch (node.OpType)
        {
            case "QLinearConv" when node.Input.Count >= 8:
                var bias = In(8) == None ? [] : (string[])[Bias(node, In(8), In(1), In(4))];
                Quantized(node, "Conv", [Real(node, 0, 0), Real(node, 3, 0), .. bias], 6);
                return true;
            case "QLinearMatMul" when node.Input.Count == 8:
                Quantized(node, "MatMul", [Real(node, 0, -2), Real(node, 3, -1)], 6);
                return true;
            case "QGemm" when node.Input.Count >= 6:
                Gemm(node);
                return true;
            case "QLinearAdd" or "QLinearMul" when node.Input.Count >= 7:
                Quantized(node, node.OpType[7..], [Real(node, 0), Real(node, 3)], 6);
                return true;
            case "QLinearGlobalAveragePool" or "QLinearAveragePool" or "QLinearLeakyRelu" or "QLinearSigmoid"
                when node.Input.Count >= 4:
                Quantized(node, node.OpType[7..], [Real(node, 0)], 3);
                return true;
            case "QLinearConcat" when node.Input.Count >= 5 && node.Input.Count % 3 == 2:
                Quantized(node, "Concat", [.. Enumerable.Range(0, node.Input.Count / 3).Select(i => Real(node, 2 + 3 * i))], 0);
                return true;
            case "ConvInteger" when node.Input.Count >= 2:
                Whole(node, "Conv", 0);
                return true;
            case "MatMulInteger" when node.Input.Count >= 2:
                Whole(node, "MatMul", -1);
                return true;
            case "DynamicQuantizeLinear" when node.Input.Count == 1 && node.Output.Count == 3:
                Dynamic(node);
                return true;
            default:
                return false;
        }
    }

    // Input, scale and zero point follow one another.
    private string Real(NodeProto node, int input, int axis = 1) =>
        Dequantized(node, node.Input[input], node.Input[input + 1],
            input + 2 < node.Input.Count ? node.Input[input + 2] : None, axis);

    private string Dequantized(NodeProto node, string value, string scale, string zero, int axis)
    {
        var name = $"{node.Output[0]}/{value}/dequantised";
        if (_nodes.Any(n => n.Output[0] == name))
            return name;
        var real = Put(node, "DequantizeLinear", zero == None ? [value, scale] : [value, scale, zero], name);
        _nodes[^1].Attribute.Add(Whole("axis", axis));
        return real;
    }

    // A bias has the scale of the products, and no zero point.
    private string Bias(NodeProto node, string bias, string scale, string weightScale)
    {
        var output = node.Output[0];
        var steps = Put(node, "Mul", [scale, weightScale], $"{output}/bias/scale");
        var real = Put(node, "Cast", [bias], $"{output}/bias/whole");
        _nodes[^1].Attribute.Add(Whole("to", (long)DataType.Float));
        return Put(node, "Mul", [real, steps], $"{output}/bias/dequantised");
    }

    private void Quantized(NodeProto node, string op, string[] inputs, int scale)
    {
        var real = Put(node, op, inputs, $"{node.Output[0]}/unquantised");
        _nodes[^1].Attribute.Add(node.Attribute.Where(a => a.Name != "channels_last"));
        string[] quantization = scale + 1 < node.Input.Count ? [node.Input[scale], node.Input[scale + 1]] : [node.Input[scale]];
        Put(node, "QuantizeLinear", [real, .. quantization], node.Output[0]);
    }

    private void Gemm(NodeProto node)
    {
        var isTransposed = node.Attribute.Any(a => a.Name == "transB" && a.I != 0);
        string[] inputs = [Real(node, 0), Real(node, 3, isTransposed ? 0 : 1)];
        if (node.Input.Count > 6 && node.Input[6] != None)
            inputs = [.. inputs, Bias(node, node.Input[6], node.Input[1], node.Input[4])];
        if (node.Input.Count > 7 && node.Input[7] != None)
        {
            Quantized(node, "Gemm", inputs, 7);
            return;
        }

        Put(node, "Gemm", inputs, node.Output[0]);
        _nodes[^1].Attribute.Add(node.Attribute);
    }

    private void Whole(NodeProto node, string op, int axis)
    {
        string Zero(int i) => i < node.Input.Count ? node.Input[i] : None;
        var real = Put(node, op,
            [Dequantized(node, node.Input[0], One, Zero(2), 1), Dequantized(node, node.Input[1], One, Zero(3), axis)],
            $"{node.Output[0]}/unquantised");
        _nodes[^1].Attribute.Add(node.Attribute);
        Put(node, "Cast", [real], node.Output[0]);
        _nodes[^1].Attribute.Add(Whole("to", (long)DataType.Int32));
    }

    /// <summary>Quantised by what the values are. All of a batch would share one scale, so such a network is given one picture
    /// at a time.</summary>
    private void Dynamic(NodeProto node)
    {
        var (y, scale, zero) = (node.Output[0], node.Output[1], node.Output[2]);
        string Constant(string name, float value)
        {
            _graph.Initializer.Add(
                new TensorProto { Name = $"{y}/{name}", DataType = (int)DataType.Float, FloatData = { value } });
            return $"{y}/{name}";
        }

        string Reduced(string op, string name)
        {
            var reduced = Put(node, op, [node.Input[0]], $"{y}/{name}");
            _nodes[^1].Attribute.Add(Whole("keepdims", 0));
            return reduced;
        }

        var (nil, steps) = (Constant("nil", 0), Constant("steps", byte.MaxValue));
        var least = Put(node, "Min", [Reduced("ReduceMin", "min"), nil], $"{y}/lowest");
        var most = Put(node, "Max", [Reduced("ReduceMax", "max"), nil], $"{y}/highest");
        Put(node, "Div", [Put(node, "Sub", [most, least], $"{y}/range"), steps], scale);
        var shift = Put(node, "Div", [Put(node, "Sub", [nil, least], $"{y}/below"), scale], $"{y}/shift");
        Put(node, "QuantizeLinear", [shift, One], zero);
        Put(node, "QuantizeLinear", [node.Input[0], scale, zero], y);
        foreach (var (name, type) in ((string, DataType)[])[(scale, DataType.Float), (zero, DataType.Uint8)])
        {
            _graph.ValueInfo.Add(new ValueInfoProto
            {
                Name = name,
                Type = new TypeProto { TensorType = new() { ElemType = (int)type, Shape = new TensorShapeProto() } },
            });
        }

        foreach (var input in _graph.Input)
        {
            if (input.Type?.TensorType?.Shape is { Dim.Count: > 1 } shape && shape.Dim[0].DimValue <= 0)
                shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
        }
    }

    private string Put(NodeProto node, string op, string[] inputs, string output)
    {
        _nodes.Add(new NodeProto { Name = GraphReader.NameOf(node), OpType = op, Input = { inputs }, Output = { output } });
        return output;
    }

    private static AttributeProto Whole(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };
}
