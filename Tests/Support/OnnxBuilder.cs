using System.Text;

namespace MlPipeline.Tests.Support;

/// <summary>Writes small ONNX files field by field, in forms that the product itself does not write: other types of inputs, data
/// in other files, other domains.</summary>
internal sealed class OnnxBuilder
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Half = 10;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _initializers = [];
    private readonly List<byte[]> _inputs = [];
    private readonly List<byte[]> _outputs = [];

    public OnnxBuilder Input(string name, int type, params int[] sizes)
    {
        _inputs.Add(Value(name, type, sizes));
        return this;
    }

    public OnnxBuilder Output(string name, params int[] sizes)
    {
        _outputs.Add(Value(name, Float, sizes));
        return this;
    }

    public OnnxBuilder Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Node("", op, inputs, [output], attributes);

    public OnnxBuilder Node(string domain, string op, string[] inputs, string[] outputs,
        params (string Name, object Value)[] attributes)
    {
        _nodes.Add([.. inputs.SelectMany(i => Text(1, i)), .. outputs.SelectMany(o => Text(2, o)),
            .. Text(3, outputs[0] + "_node"), .. Text(4, op),
            .. attributes.SelectMany(a => Message(5, Attribute(a.Name, a.Value))), .. Text(7, domain)]);
        return this;
    }

    /// <summary>A tensor with its data inside.</summary>
    public OnnxBuilder Tensor(string name, int type, int[] sizes, byte[] data)
    {
        _initializers.Add([.. Header(name, type, sizes), .. Message(9, data)]);
        return this;
    }

    public OnnxBuilder Floats(string name, int[] sizes, params float[] values) =>
        Tensor(name, Float, sizes, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>A tensor whose data lies in another file.</summary>
    public OnnxBuilder External(string name, int[] sizes, string location, long offset, long length)
    {
        _initializers.Add([.. Header(name, Float, sizes),
            .. new[] { ("location", location), ("offset", $"{offset}"), ("length", $"{length}") }
                .SelectMany(e => Message(13, [.. Text(1, e.Item1), .. Text(2, e.Item2)])), .. Number(14, 1)]);
        return this;
    }

    public byte[] ToBytes(int opset = 13)
    {
        byte[] graph = [.. _nodes.SelectMany(n => Message(1, n)), .. Text(2, "g"),
            .. _initializers.SelectMany(t => Message(5, t)), .. _inputs.SelectMany(i => Message(11, i)),
            .. _outputs.SelectMany(o => Message(12, o))];
        return [.. Number(1, 8), .. Message(7, graph), .. Message(8, Number(2, opset)),
            .. Message(8, [.. Text(1, "com.microsoft"), .. Number(2, 1)])];
    }

    private static byte[] Header(string name, int type, int[] sizes) =>
        [.. sizes.SelectMany(s => Number(1, s)), .. Number(2, type), .. Text(8, name)];

    private static byte[] Value(string name, int type, int[] sizes)
    {
        byte[] shape = [.. sizes.SelectMany(s => Message(1, s >= 0 ? Number(1, s) : Text(2, "n")))];
        return [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, type), .. Message(2, shape)]))];
    }

    private static byte[] Attribute(string name, object value) => value switch
    {
        int[] numbers => [.. Text(1, name), .. numbers.SelectMany(n => Number(8, n)), .. Number(20, 7)],
        int number => [.. Text(1, name), .. Number(3, number), .. Number(20, 2)],
        _ => throw new ArgumentException($"There is no attribute of {value.GetType()}.", nameof(value)),
    };

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] content) =>
        [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(long value)
    {
        List<byte> bytes = [];
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            bytes.Add((byte)(rest | 0x80));
        return [.. bytes, (byte)rest];
    }
}
