using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Architectures;

/// <summary>Builds a graph layer by layer, tracking the shape of one image and drawing the weights from one seed.</summary>
internal sealed class NetworkBuilder
{
    /// <summary>The last map before pooling, by this name in every architecture that has one.</summary>
    public const string FeatureMap = "feature_map";

    /// <summary>The vector that the classifier reads.</summary>
    public const string Pooled = "pooled";

    /// <summary>The classifier's output before softmax.</summary>
    public const string Logits = "logits";

    private readonly string _name;
    private readonly ulong _seed;
    private readonly bool _drawWeights;
    private readonly ValueInfo _input;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);

    public NetworkBuilder(string name, ArchitectureOptions options, int usualChannels = 3)
    {
        var channels = options.Channels ?? usualChannels;
        _name = name;
        _seed = (ulong)options.Seed;
        _drawWeights = options.DrawWeights;
        Input = new Feature("input", channels, options.InputSize, options.InputSize);
        _input = new ValueInfo(Input.Name, ElementType.Float32, [-1, channels, options.InputSize, options.InputSize]);
    }

    public Feature Input { get; }

    public Feature Conv(string name, Feature x, int channels, int kernel, int stride = 1, int pad = 0, int groups = 1,
        bool bias = true,
        Initialization init = Initialization.HeFanOut) =>
        Conv(name, x, channels, (kernel, kernel), stride, (pad, pad), groups, bias, init);

    public Feature Conv(string name, Feature x, int channels, (int H, int W) kernel, int stride, (int H, int W) pad,
        int groups = 1,
        bool bias = true, Initialization init = Initialization.HeFanOut)
    {
        var area = kernel.H * kernel.W;
        var weight = Weight(name, init, x.Channels / groups * area, channels * area / groups,
            channels, x.Channels / groups, kernel.H, kernel.W);
        string[] inputs = bias ? [x.Name, weight, Constant(name + ".bias", new float[channels])] : [x.Name, weight];
        Add("Conv", name, inputs, ("kernel_shape", new[] { kernel.H, kernel.W }), ("strides", new[] { stride, stride }),
            ("pads", new[] { pad.H, pad.W, pad.H, pad.W }), ("group", groups));
        return new Feature(name, channels, Size(x.Height, kernel.H, stride, pad.H), Size(x.Width, kernel.W, stride, pad.W));
    }

    public Feature BatchNorm(string name, Feature x, float epsilon = 1e-5f)
    {
        Add("BatchNormalization", name,
            [x.Name, Filled(name + ".scale", x.Channels, 1), Filled(name + ".shift", x.Channels, 0),
                Filled(name + ".mean", x.Channels, 0),
                Filled(name + ".variance", x.Channels, 1)],
            ("epsilon", epsilon));
        return x with { Name = name };
    }

    public Feature Relu(string name, Feature x) => Same("Relu", name, x);

    /// <summary>min(max(x, 0), 6).</summary>
    public Feature Relu6(string name, Feature x)
    {
        Add("Clip", name, [x.Name, Constant("zero", [0], scalar: true), Constant("six", [6], scalar: true)]);
        return x with { Name = name };
    }

    public Feature Tanh(string name, Feature x) => Same("Tanh", name, x);

    public Feature Dropout(string name, Feature x) => Same("Dropout", name, x);

    /// <summary>Local response normalisation over 5 channels (Krizhevsky et al. 2012, section 3.3).</summary>
    public Feature Lrn(string name, Feature x, float bias = 1)
    {
        Add("LRN", name, [x.Name], ("size", 5), ("alpha", 1e-4f), ("beta", 0.75f), ("bias", bias));
        return x with { Name = name };
    }

    public Feature MaxPool(string name, Feature x, int kernel, int stride, int pad = 0, bool ceil = false) =>
        Pool("MaxPool", name, x, kernel, stride, pad, ceil);

    public Feature AveragePool(string name, Feature x, int kernel, int stride, int pad = 0, bool countPadding = true) =>
        Pool("AveragePool", name, x, kernel, stride, pad, false, ("count_include_pad", countPadding));

    public Feature GlobalAveragePool(string name, Feature x)
    {
        Add("GlobalAveragePool", name, [x.Name]);
        return new Feature(name, x.Channels, 1, 1);
    }

    public Feature Flatten(string name, Feature x)
    {
        Add("Flatten", name, [x.Name], ("axis", 1));
        return new Feature(name, x.Channels * x.Height * x.Width, 1, 1);
    }

    public Feature Linear(string name, Feature x, int outputs, Initialization init = Initialization.Normal001)
    {
        var weight = Weight(name, init, x.Channels, outputs, outputs, x.Channels);
        Add("Gemm", name, [x.Name, weight, Constant(name + ".bias", new float[outputs])], ("transB", 1));
        return new Feature(name, outputs, 1, 1);
    }

    public Feature Sum(string name, Feature a, Feature b)
    {
        Add("Add", name, [a.Name, b.Name]);
        return a with { Name = name };
    }

    public Feature Concat(string name, params ReadOnlySpan<Feature> parts)
    {
        var names = new string[parts.Length];
        var channels = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            names[i] = parts[i].Name;
            channels += parts[i].Channels;
        }

        Add("Concat", name, names, ("axis", 1));
        return parts[0] with { Name = name, Channels = channels };
    }

    /// <summary>Global average pooling and a linear layer: what most networks since 2014 end with.</summary>
    public Feature Classify(Feature map, int classes, bool dropout = false, Initialization init = Initialization.Normal001)
    {
        var pooled = Flatten(Pooled, GlobalAveragePool("pool", map));
        return Linear(Logits, dropout ? Dropout("drop", pooled) : pooled, classes, init);
    }

    public Graph Build(Feature output) => new(_name, [_input], _nodes, _constants, [output.Name]);

    private Feature Pool(string op, string name, Feature x, int kernel, int stride, int pad, bool ceil,
        params (string, object)[] more)
    {
        Add(op, name, [x.Name], [("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }),
            ("pads", new[] { pad, pad, pad, pad }), ("ceil_mode", ceil), .. more]);
        return x with { Name = name, Height = PoolSize(x.Height), Width = PoolSize(x.Width) };

        // Rounded up, a window must still begin inside the picture or its left padding.
        int PoolSize(int size)
        {
            var pooled = Size(size + (ceil ? stride - 1 : 0), kernel, stride, pad);
            return ceil && (pooled - 1) * stride >= size + pad ? pooled - 1 : pooled;
        }
    }

    private Feature Same(string op, string name, Feature x)
    {
        Add(op, name, [x.Name]);
        return x with { Name = name };
    }

    private void Add(string op, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        _nodes.Add(new Node(op, inputs, [name], NodeAttributes.Of(attributes), name));

    private string Weight(string layer, Initialization init, int fanIn, int fanOut, params int[] dimensions)
    {
        var name = layer + ".weight";
        var seed = _seed * 0xD1342543DE82EF95UL + (ulong)_constants.Count;
        _constants.Add(name, _drawWeights
            ? WeightInitializer.Draw(init, seed, fanIn, fanOut, dimensions)
            : Tensor.Of(new float[dimensions.Aggregate(1, (a, b) => a * b)], dimensions));
        return name;
    }

    private string Filled(string name, int length, float value)
    {
        var values = new float[length];
        Array.Fill(values, value);
        return Constant(name, values);
    }

    private string Constant(string name, float[] values, bool scalar = false)
    {
        _constants.TryAdd(name, scalar ? Tensor.Of(values) : Tensor.Of(values, values.Length));
        return name;
    }

    // OH = (H + 2P - FH) / S + 1.
    private static int Size(int size, int kernel, int stride, int pad) => (size + 2 * pad - kernel) / stride + 1;
}
