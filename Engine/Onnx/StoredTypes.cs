using System.Buffers.Binary;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Follows the element types that a file stores through its nodes, and refuses by name those that would compute something else in
/// the type that stands for them: whole numbers of fewer bits, which would wrap around, may be moved and cast only; doubles that
/// single precision does not hold may not decide anything (be compared, rounded, or become whole).
/// </summary>
internal sealed class StoredTypes
{
    // What an ordinary value is taken for; whether it really is a single is for the graph to check.
    private const DataType Ordinary = DataType.Float;

    private static readonly HashSet<string> Movers =
    [
        "Identity", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Concat", "Slice", "Gather", "Split", "Expand",
        "Tile",
        "DepthToSpace", "SpaceToDepth", "Pad", "GatherElements", "GatherND", "Trilu",
    ];

    private static readonly HashSet<string> Deciding =
    [
        "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Floor", "Ceil", "Round", "Mod", "ArgMax", "ArgMin",
        "Hardmax",
        "TopK", "Range",
    ];

    private static readonly HashSet<string> Counting = ["Shape", "Size"];

    private readonly GraphProto _graph;
    private readonly Dictionary<string, DataType> _types = new(StringComparer.Ordinal);

    private StoredTypes(GraphProto graph) => _graph = graph;

    /// <summary>Throws at the first node that would compute something else.</summary>
    /// <returns>The types of the values.</returns>
    public static IReadOnlyDictionary<string, DataType> Check(GraphProto graph)
    {
        StoredTypes types = new(graph);
        var inputs = graph.Input.ToLookup(i => graph.Node.Any(n => n.Input.Contains(i.Name)));
        foreach (var input in inputs[true])
            types._types[input.Name] = types.DeclaredType(input);
        foreach (var initializer in graph.Initializer)
            types._types[initializer.Name] = TypeOf(initializer);

        // Nodes may be in any order: as often as something new is found.
        for (var found = true; found;)
        {
            found = false;
            foreach (var node in graph.Node)
                found |= types.Enter(node);
        }

        foreach (var output in graph.Output)
            types.CheckOutput(output);

        // Last, since no node can be named for them.
        foreach (var input in inputs[false])
            types.DeclaredType(input);
        return types._types;
    }

    private static bool IsComputedAlike(DataType type) =>
        OnnxTypes.Find((int)type) is { } known && known != ElementType.BFloat16 && OnnxTypes.ComputesAlike(known);

    private DataType DeclaredType(ValueInfoProto input)
    {
        if (input.Type?.ValueCase != TypeProto.ValueOneofCase.TensorType)
            throw Refused(input.Name, $"input '{input.Name}' is not a tensor");
        var number = input.Type.TensorType.ElemType;
        return OnnxTypes.Find(number) is { } type && type != ElementType.BFloat16
            ? (DataType)number
            : throw Refused(input.Name, $"input '{input.Name}' is of {OnnxTypes.Describe(number)}, which is not supported");
    }

    // A double that a single holds exactly may as well be one.
    private static DataType TypeOf(TensorProto tensor)
    {
        var type = (DataType)tensor.DataType;
        if (type != DataType.Double || tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return type;
        var isExact = tensor.DoubleData.All(v => v == (float)v);
        var raw = tensor.RawData.Span;
        for (var i = 0; isExact && i + sizeof(double) <= raw.Length; i += sizeof(double))
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(raw[i..]);
            isExact = value == (float)value;
        }

        return isExact && (raw.Length > 0 || tensor.DoubleData.Count > 0) ? Ordinary : type;
    }

    // Whether a type became known.
    private bool Enter(NodeProto node)
    {
        if (node.Output.All(o => o.Length == 0 || _types.ContainsKey(o))
            || node.Input.Any(i => i.Length > 0 && !_types.ContainsKey(i)))
        {
            return false;
        }

        var result = ResultOf(node);
        foreach (var output in node.Output.Where(o => o.Length > 0))
            _types[output] = result;
        return true;
    }

    private DataType ResultOf(NodeProto node)
    {
        AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

        switch (node.OpType)
        {
            case "Constant" or "ConstantOfShape":
                return Attribute("value")?.T is { } value ? TypeOf(value) : Ordinary;
            case "Cast":
                var target = Attribute("to") is { HasI: true } to ? (DataType)to.I : Ordinary;
                if (TypeAt(node, 0) == DataType.Double && target is not (DataType.Float or DataType.Double or DataType.Float16))
                    throw Refused(node, 0, "to a whole number or truth value");

                // What comes as a single stays one.
                return target == DataType.Double ? TypeAt(node, 0) == DataType.Double ? target : Ordinary : target;
            case "CastLike":
                // Of a type that stands for another one, the graph does not know.
                return IsComputedAlike(TypeAt(node, 1)) && TypeAt(node, 1) is not (DataType.Float16 or DataType.Double)
                    && TypeAt(node, 0) != DataType.Double ? TypeAt(node, 1) : throw Refused(node, 1, "");
            case "QuantizeLinear":
                var asked = Attribute("output_dtype") is { I: > 0 } named ? (DataType)named.I
                    : node.Input.Count > 2 && node.Input[2].Length > 0 ? TypeAt(node, 2) : DataType.Uint8;
                if (Quantization.RangeOf(asked) == null)
                    throw GraphReader.Error(node, $"does not quantise to {asked}");
                return IsComputedAlike(TypeAt(node, 0)) && TypeAt(node, 0) != DataType.Double
                    ? asked : throw Refused(node, 0, "");
            case "DequantizeLinear":
                var isQuantised = Quantization.RangeOf(TypeAt(node, 0)) != null || TypeAt(node, 0) == DataType.Int32;
                return isQuantised ? Ordinary : throw Refused(node, 0, "");
            case var op when Counting.Contains(op):
                return Ordinary;
            case var op when Movers.Contains(op):
                return TypeAt(node, 0);
            default:
                return OfArithmetic(node);
        }
    }

    private DataType OfArithmetic(NodeProto node)
    {
        var result = Ordinary;
        for (var i = 0; i < node.Input.Count; i++)
        {
            var type = TypeAt(node, i);
            if (!IsComputedAlike(type) && type != DataType.Bfloat16)
                throw Refused(node, i, "");
            if (type != DataType.Double)
                continue;
            if (Deciding.Contains(node.OpType))
                throw Refused(node, i, "");
            result = type;
        }

        return result;
    }

    private DataType TypeAt(NodeProto node, int input) =>
        input < node.Input.Count && node.Input[input].Length > 0 ? _types[node.Input[input]] : Ordinary;

    private void CheckOutput(ValueInfoProto output)
    {
        // Old converters leave an output's type out; it is inferred anyway.
        if (output.Type != null && output.Type.ValueCase != TypeProto.ValueOneofCase.TensorType)
            throw Refused(output.Name, $"output '{output.Name}' is not a tensor");
        var type = output.Type?.TensorType.ElemType is > 0 and var number ? (DataType)number
            : _types.GetValueOrDefault(output.Name, Ordinary);
        if (!IsComputedAlike(type))
            throw Refused(output.Name, $"output '{output.Name}' is of {OnnxTypes.Describe((int)type)}, which is not supported");
    }

    private OnnxException Refused(NodeProto node, int input, string how)
    {
        var type = OnnxTypes.Describe((int)TypeAt(node, input));
        var what = how.Length == 0 ? $"does not do {type}" : $"does not bring {type} {how}";
        return GraphReader.Error(node, $"{what} (input {input}, '{node.Input[input]}')");
    }

    // Where a value is wrong by itself: said of the node that makes or reads it.
    private OnnxException Refused(string value, string reason)
    {
        var node = _graph.Node.FirstOrDefault(n => n.Output.Contains(value))
            ?? _graph.Node.FirstOrDefault(n => n.Input.Contains(value));
        return node == null ? OnnxException.In(null, reason) : GraphReader.Error(node, reason);
    }
}
