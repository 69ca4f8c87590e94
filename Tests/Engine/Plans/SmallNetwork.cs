using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

/// <summary>Builds small graphs with seeded weights.</summary>
internal sealed class SmallNetwork
{
    private readonly Random _random;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly int[] _input;
    private int _names;

    public SmallNetwork(int seed, int channels, int height, int width)
    {
        _random = new Random(seed);
        _input = [-1, channels, height, width];
    }

    public string Constant(float scale, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = ((_random.NextSingle() * 2) - 1) * scale;

        return Constant(Tensor.Of(values, shape));
    }

    public string Constant(Tensor tensor)
    {
        var name = $"c{_names++}";
        _constants.Add(name, tensor);
        return name;
    }

    public string Add(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"v{_names++}";
        _nodes.Add(new Node(op, inputs, [output], NodeAttributes.Of(attributes)));
        return output;
    }

    /// <summary>The parts of the channels of a value.</summary>
    public string[] Split(string x, params int[] parts)
    {
        string[] outputs = [.. parts.Select(_ => $"v{_names++}")];
        var sizes = Constant(Tensor.Of(Array.ConvertAll(parts, p => (long)p), parts.Length));
        _nodes.Add(new Node("Split", [x, sizes], outputs, NodeAttributes.Of(("axis", 1))));
        return outputs;
    }

    public string Conv(
        string x,
        int inputs,
        int outputs,
        int kernel,
        int stride = 1,
        int group = 1,
        int dilation = 1,
        int? pad = null,
        string? residual = null,
        string activation = "none")
    {
        var scale = MathF.Sqrt(3f / (inputs / group * kernel * kernel));
        var padding = pad ?? (kernel - 1) * dilation / 2;
        List<string> operands = [x, Constant(scale, outputs, inputs / group, kernel, kernel), Constant(0.1f, outputs)];
        if (residual is not null)
            operands.Add(residual);

        return Add("Conv", operands, ("group", group), ("strides", new long[] { stride, stride }),
            ("pads", new long[] { padding, padding, padding, padding }), ("dilations", new long[] { dilation, dilation }),
            ("activation", activation), ("activation_alpha", 0f), ("activation_beta", 6f));
    }

    public string BatchNorm(string x, int channels, string activation = "none") =>
        Add("BatchNormalization", [x, Constant(1, channels), Constant(1, channels), Constant(1, channels), Positive(channels)],
            ("activation", activation), ("activation_alpha", 0f), ("activation_beta", 0f));

    public string Pool(string x, string op, int kernel, int stride, int pad, params (string Name, object Value)[] more) =>
        Add(op, [x], [("kernel_shape", new long[] { kernel, kernel }), ("strides", new long[] { stride, stride }),
            ("pads", new long[] { pad, pad, pad, pad }), .. more]);

    public Graph Build(params string[] outputs) =>
        new("small", [new ValueInfo("x", ElementType.Float32, _input)], _nodes, _constants, outputs);

    public static Tensor Input(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() * 2) - 1;

        return Tensor.Of(values, shape);
    }

    private string Positive(int channels)
    {
        var values = new float[channels];
        for (var i = 0; i < channels; i++)
            values[i] = 0.5f + _random.NextSingle();

        return Constant(Tensor.Of(values, channels));
    }
}
