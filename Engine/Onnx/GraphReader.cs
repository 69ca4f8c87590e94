using System.Text;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;
using Kind = MlPipeline.Engine.Onnx.Format.AttributeProto.Types.AttributeType;

namespace MlPipeline.Engine.Onnx;

/// <summary>Turns the graph of a model file into a <see cref="Graph"/>.</summary>
internal sealed class GraphReader(string file, int opset, TensorReader tensors)
{
    public const int OldestOpset = 1;
    public const int NewestOpset = 25;

    // Before, it was not said what a mask holds where nothing is dropped.
    private const int DropoutMaskSince = 12;

    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];

    public Graph Read(GraphProto graph)
    {
        if (graph.SparseInitializer.Count > 0)
            throw OnnxException.In(file, "holds sparse initialisers, which are not supported");
        var types = StoredTypes.Check(graph);
        for (var i = 0; i < graph.Initializer.Count; i++)
        {
            var initializer = graph.Initializer[i];
            if (!_constants.TryAdd(initializer.Name, tensors.Read(initializer, $"initialiser '{initializer.Name}'", i)))
                throw OnnxException.In(file, $"holds two initialisers named '{initializer.Name}'");

            // The weights are not to be held twice while the rest is read.
            initializer.ClearRawData();
            initializer.FloatData.Clear();
        }

        Quantization quantization = new(opset, value => ShapeOf(graph, value), _constants.Add);
        foreach (var node in graph.Node)
        {
            try
            {
                ReadNode(node, quantization, types);
            }
            catch (OnnxException error) when (error.Node == null)
            {
                throw Error(node, error.Reason ?? error.Message);
            }
        }

        var dropout = graph.Node.FirstOrDefault(n => n.OpType == "Dropout" && IsMaskRead(graph, n));
        if (dropout != null && opset < DropoutMaskSince)
            throw Error(dropout, $"has a mask that is read, which is not supported in operator set {opset}");
        List<ValueInfo> inputs = [.. graph.Input.Where(i => !_constants.ContainsKey(i.Name)).Select(ReadInput)];
        return new Graph(file, inputs, _nodes, _constants, graph.Output.Select(o => o.Name));
    }

    /// <summary>Throws if there are operators that are not supported, and names them all.</summary>
    public static void RefuseUnsupported(GraphProto graph)
    {
        List<NodeProto> unsupported = [.. graph.Node.Where(n => !IsSupported(n))];
        if (unsupported.Count == 0)
            return;
        var first = unsupported[0];
        string[] others = [.. unsupported.Select(OpOf).Distinct().Where(o => o != OpOf(first)).Order(StringComparer.Ordinal)];
        var also = others.Length == 0 ? ""
            : $" (nor {(others.Length == 1 ? "is" : "are")} {string.Join(", ", others)}, further on)";
        throw OnnxException.At(null, NameOf(first), OpOf(first), $"this operator is not supported{also}");
    }

    private static bool IsMaskRead(GraphProto graph, NodeProto dropout) => dropout.Output.Skip(1).Any(mask => mask.Length > 0
        && (graph.Output.Any(o => o.Name == mask) || graph.Node.Any(n => n.Input.Contains(mask))));

    private static bool IsSupported(NodeProto node) =>
        node.Domain is "" or "ai.onnx"
        && (node.OpType == "Constant" || OpRegistry.Names.Contains(node.OpType) || Quantization.Operators.Contains(node.OpType));

    private static string OpOf(NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";

    internal static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType;

    private void ReadNode(NodeProto proto, Quantization quantization, IReadOnlyDictionary<string, DataType> types)
    {
        var attributes = ReadAttributes(proto);
        if (proto.OpType != "Constant")
        {
            Node node = new(proto.OpType, proto.Input, proto.Output, attributes, proto.Name, opset);
            if (ConvOp.IsExtended(node) || Activation.Attributes.Any(attributes.Has))
                throw node.Error("has inputs or attributes that the operator does not have");
            if (Quantization.Operators.Contains(node.OpType))
                _nodes.AddRange(quantization.Parts(node, types.GetValueOrDefault(node.Outputs.FirstOrDefault(""))));
            else
                _nodes.Add(node);
            return;
        }

        if (proto.Output.Count != 1 || proto.Input.Count != 0)
            throw Error(proto, "must have one output and no input");
        if (!_constants.TryAdd(proto.Output[0], ReadConstant(proto, attributes)))
            throw Error(proto, $"makes '{proto.Output[0]}', a name that is used already");
    }

    private static Tensor ReadConstant(NodeProto proto, NodeAttributes attributes)
    {
        string[] names = [.. attributes.Names];
        return names.Length != 1 ? throw Error(proto, "must have exactly one attribute") : names[0] switch
        {
            "value" when attributes.TensorValue("value") is { } tensor => tensor,
            "value_float" => Tensor.Of([attributes.Float("value_float")], []),
            "value_floats" => Tensor.Of(attributes.Floats("value_floats")!, attributes.Floats("value_floats")!.Length),
            "value_int" => Tensor.Of([attributes.Int("value_int")], []),
            "value_ints" => Tensor.Of(attributes.Ints("value_ints")!, attributes.Ints("value_ints")!.Length),
            _ => throw Error(proto, $"attribute '{names[0]}' is not supported"),
        };
    }

    private NodeAttributes ReadAttributes(NodeProto node)
    {
        Dictionary<string, object> values = new(StringComparer.Ordinal);
        foreach (var attribute in node.Attribute)
        {
            if (!values.TryAdd(attribute.Name, ReadAttribute(node, attribute)))
                throw Error(node, $"attribute '{attribute.Name}' is given twice");
        }

        return new NodeAttributes(values);
    }

    private object ReadAttribute(NodeProto node, AttributeProto attribute)
    {
        var kind = attribute.Type;
        if (kind == Kind.Undefined)
        {
            kind = attribute.HasF ? Kind.Float : attribute.HasI ? Kind.Int : attribute.HasS ? Kind.String
                : attribute.T != null ? Kind.Tensor : attribute.Floats.Count > 0 ? Kind.Floats
                : attribute.Strings.Count > 0 ? Kind.Strings : Kind.Ints;
        }

        if (attribute.RefAttrName.Length > 0)
            throw Error(node, $"attribute '{attribute.Name}' refers to a function's, which is not supported");
        return kind switch
        {
            Kind.Float => attribute.F,
            Kind.Int => attribute.I,
            Kind.String => attribute.S.ToString(Encoding.UTF8),
            Kind.Tensor => tensors.Read(attribute.T ?? throw Error(node, $"attribute '{attribute.Name}' is empty"),
                $"attribute '{attribute.Name}' of node '{NameOf(node)}' ({OpOf(node)})"),
            Kind.Floats => attribute.Floats.ToArray(),
            Kind.Ints => attribute.Ints.ToArray(),
            Kind.Strings => attribute.Strings.Select(s => s.ToString(Encoding.UTF8)).ToArray(),
            _ => throw Error(node, $"attribute '{attribute.Name}' is of kind {kind}, which is not supported"),
        };
    }

    // As far as the file says, before anything is inferred.
    private int[]? ShapeOf(GraphProto graph, string value) => _constants.TryGetValue(value, out var constant) ? constant.Shape
        : graph.Input.Concat(graph.ValueInfo).FirstOrDefault(v => v.Name == value)?.Type?.TensorType?.Shape is { } shape
            ? [.. shape.Dim.Select(d => SizeOf(d, value))] : null;

    private ValueInfo ReadInput(ValueInfoProto input)
    {
        var type = input.Type.TensorType;
        if (type.Shape == null)
            throw OnnxException.In(file, $"input '{input.Name}' has no shape");
        int[] dimensions = [.. type.Shape.Dim.Select(d => SizeOf(d, input.Name))];
        var stored = OnnxTypes.Find(type.ElemType)!.Value;
        return new ValueInfo(input.Name, OnnxTypes.ComputedAs(stored), dimensions) { StoredType = stored };
    }

    private int SizeOf(TensorShapeProto.Types.Dimension dimension, string input) => dimension.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => dimension.DimValue is >= 0 and <= int.MaxValue
            ? (int)dimension.DimValue
            : dimension.DimValue == -1 ? -1 : throw OnnxException.In(file,
                $"input '{input}' has a dimension of {dimension.DimValue}"),
        _ => -1,
    };

    /// <summary>An error that names a node.</summary>
    internal static OnnxException Error(NodeProto node, string reason) =>
        OnnxException.At(null, NameOf(node), OpOf(node), reason);
}
