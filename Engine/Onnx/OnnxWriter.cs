using System.Buffers.Binary;
using Google.Protobuf;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Writes graphs as ONNX files. What rewrites have fused is taken apart again, and all nodes are brought to one operator set.
/// </summary>
public static class OnnxWriter
{
    // Biases and normalisations are short, and their rounding would not be worth the few bytes.
    private const int FewestHalved = 256;

    /// <summary>Writes a file: beside its place first, then renamed, so that a file of that name is always whole.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="options">What else to write; <see cref="OnnxWriteOptions.Default"/> if null.</param>
    /// <exception cref="OnnxException">A node has no counterpart in the operator set that the others need.</exception>
    public static void Save(Graph graph, string path, OnnxWriteOptions? options = null)
    {
        var model = ToProto(graph, options ?? OnnxWriteOptions.Default);
        var aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(aside, FileMode.CreateNew, FileAccess.Write))
            {
                model.WriteTo(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    /// <summary>The file's contents.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">What else to write; <see cref="OnnxWriteOptions.Default"/> if null.</param>
    /// <exception cref="OnnxException">A node has no counterpart in the operator set that the others need.</exception>
    public static byte[] ToBytes(Graph graph, OnnxWriteOptions? options = null) =>
        ToProto(graph, options ?? OnnxWriteOptions.Default).ToByteArray();

    private static ModelProto ToProto(Graph graph, OnnxWriteOptions options)
    {
        var plain = OpsetUpgrade.Apply(Unfusing.Apply(graph));
        var opset = plain.Nodes.Count == 0 ? Node.DefaultOpset : plain.Nodes[0].Opset;
        ModelProto model = new()
        {
            // Constants need not be inputs since version 4 of the format; later operator sets came with later versions.
            IrVersion = opset switch { <= 12 => 7, <= 18 => 8, <= 20 => 9, <= 22 => 10, 23 => 11, 24 => 12, _ => 13 },
            ProducerName = options.ProducerName,
            Graph = WriteGraph(plain, options),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        foreach ((var key, var value) in options.MetadataProperties)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model;
    }

    private static GraphProto WriteGraph(Graph graph, OnnxWriteOptions options)
    {
        GraphProto proto = new() { Name = Path.GetFileNameWithoutExtension(graph.Name) is { Length: > 0 } stem ? stem : "graph" };
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((var name, var value) in graph.Constants)
        {
            if (!options.HalfWeights || !CanBeHalved(value))
            {
                proto.Initializer.Add(WriteTensor(value, name));
                continue;
            }

            var half = WriteHalf(value, $"{name}/float16");
            while (graph.HasValue(half.Name))
                half.Name += ":2";
            proto.Initializer.Add(half);
            proto.Node.Add(WriteNode(new Node("Cast", [half.Name], [name], NodeAttributes.Of(("to", (long)DataType.Float))),
                UniqueName($"{name}/cast", names)));
        }

        foreach (var node in graph.Nodes)
            proto.Node.Add(WriteNode(node, UniqueName(node.Name, names)));

        foreach (var input in graph.Inputs)
            proto.Input.Add(WriteValue(input, axis => axis switch { 0 => "N", 2 => "H", 3 => "W", _ => $"{input.Name}_{axis}" }));
        foreach (var output in graph.Outputs)
            proto.Output.Add(WriteValue(graph.Describe(output), axis => axis == 0 ? "N" : null));
        if (!options.IncludeShapes)
            return proto;
        foreach (var value in graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0 && !graph.Outputs.Contains(o)))
        {
            if (graph.TryGetShape(value, out _))
                proto.ValueInfo.Add(WriteValue(graph.Describe(value), axis => axis == 0 ? "N" : null));
        }

        return proto;
    }

    // Some readers refuse files in which two nodes have one name.
    private static string UniqueName(string name, HashSet<string> names)
    {
        var unique = name;
        for (var i = 2; !names.Add(unique); i++)
            unique = $"{name}:{i}";
        return unique;
    }

    private static NodeProto WriteNode(Node node, string name)
    {
        NodeProto proto = new() { Name = name, OpType = node.OpType };

        // An input that is left out has an empty name, and none at the end.
        proto.Input.Add(node.Inputs.Take(1 + node.Inputs.ToList().FindLastIndex(i => i.Length > 0)));
        proto.Output.Add(node.Outputs);
        foreach ((var attribute, var value) in node.Attributes)
        {
            proto.Attribute.Add(WriteAttribute(attribute, value));
        }

        return proto;
    }

    private static AttributeProto WriteAttribute(string name, object value)
    {
        AttributeProto proto = new() { Name = name };
        switch (value)
        {
            case long whole:
                (proto.Type, proto.I) = (AttributeProto.Types.AttributeType.Int, whole);
                break;
            case float real:
                (proto.Type, proto.F) = (AttributeProto.Types.AttributeType.Float, real);
                break;
            case string text:
                (proto.Type, proto.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case Tensor tensor:
                (proto.Type, proto.T) = (AttributeProto.Types.AttributeType.Tensor, WriteTensor(tensor, ""));
                break;
            case long[] wholes:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.Add(wholes);
                break;
            case float[] reals:
                proto.Type = AttributeProto.Types.AttributeType.Floats;
                proto.Floats.Add(reals);
                break;
            case string[] texts:
                proto.Type = AttributeProto.Types.AttributeType.Strings;
                proto.Strings.Add(texts.Select(ByteString.CopyFromUtf8));
                break;
        }

        return proto;
    }

    private static TensorProto WriteTensor(Tensor tensor, string name)
    {
        var bytes = new byte[Buffer.ByteLength(tensor.Storage)];
        Buffer.BlockCopy(tensor.Storage, 0, bytes, 0, bytes.Length);
        var width = tensor.Length == 0 ? 1 : bytes.Length / tensor.Length;
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < bytes.Length; i += width)
                Array.Reverse(bytes, i, width);
        }

        return TensorOf(tensor, name, OnnxTypes.NumberOf(tensor.Type), bytes);
    }

    private static bool CanBeHalved(Tensor tensor) => tensor.Type == ElementType.Float32 && tensor.Length >= FewestHalved
        && tensor.Floats.IndexOfAnyExceptInRange(-(float)Half.MaxValue, (float)Half.MaxValue) < 0;

    private static TensorProto WriteHalf(Tensor tensor, string name)
    {
        var bytes = new byte[2 * tensor.Length];
        for (var i = 0; i < tensor.Length; i++)
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)tensor.Floats[i]);
        return TensorOf(tensor, name, (int)DataType.Float16, bytes);
    }

    private static TensorProto TensorOf(Tensor tensor, string name, int type, byte[] bytes)
    {
        TensorProto proto = new() { Name = name, DataType = type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (var size in tensor.Dimensions)
            proto.Dims.Add(size);
        return proto;
    }

    private static ValueInfoProto WriteValue(ValueInfo value, Func<int, string?> nameOf)
    {
        TypeProto.Types.Tensor type = new() { ElemType = OnnxTypes.NumberOf(value.Type) };
        if (value.Dimensions != null)
        {
            type.Shape = new TensorShapeProto();
            for (var axis = 0; axis < value.Dimensions.Count; axis++)
            {
                TensorShapeProto.Types.Dimension dimension = new();
                if (value.Dimensions[axis] >= 0)
                    dimension.DimValue = value.Dimensions[axis];
                else if (nameOf(axis) is { } name)
                    dimension.DimParam = name;
                type.Shape.Dim.Add(dimension);
            }
        }

        return new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = type } };
    }
}
