using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

/// <summary>
/// Small graphs that between them use every lowering; inputs are 1 image of 3 x 19 x 17 unless their name says otherwise.
/// </summary>
internal static class Networks
{
    public const int Channels = 3;
    public const int Height = 19;
    public const int Width = 17;

    private static readonly Dictionary<string, Func<Graph>> s_all = new(StringComparer.Ordinal)
    {
        ["residual"] = Residual,
        ["plain residual"] = PlainResidual,
        ["inception"] = Inception,
        ["dense"] = Dense,
        ["nested concat"] = NestedConcat,
        ["mobile"] = Mobile,
        ["groups"] = Groups,
        ["classic"] = Classic,
        ["shuffle"] = Shuffle,
        ["split"] = Split,
        ["attention"] = Attention,
        ["operands"] = Operands,
        ["squeeze and excite"] = SqueezeAndExcite,
        ["activations"] = Activations,
        ["several outputs"] = SeveralOutputs,
        ["gates"] = Gates,
        ["transformer"] = Transformer,
    };

    public static IEnumerable<string> Names => s_all.Keys;

    public static Graph Build(string name) => s_all[name]();

    private static SmallNetwork New(int seed) => new(seed, Channels, Height, Width);

    private static Graph Residual()
    {
        SmallNetwork n = New(1);
        string stem = n.Pool(n.Conv("x", 3, 24, 7, stride: 2, activation: "relu"), "MaxPool", 3, 2, 1);
        string a = n.Conv(n.Conv(stem, 24, 24, 3, activation: "relu"), 24, 24, 3, residual: stem, activation: "relu");
        string shortcut = n.Conv(a, 24, 40, 1, stride: 2);
        string b = n.Conv(n.Conv(a, 24, 40, 3, stride: 2, activation: "clip"), 40, 40, 3, residual: shortcut, activation: "relu");
        string pooled = n.Add("GlobalAveragePool", [b]);
        string flat = n.Add("Flatten", [pooled]);
        return n.Build(n.Add("Gemm", [flat, n.Constant(0.3f, 10, 40), n.Constant(1, 10)], ("transB", 1)), b);
    }

    private static Graph PlainResidual()
    {
        SmallNetwork n = New(2);
        string a = n.Add("Relu", [n.Conv("x", 3, 20, 3)]);
        string b = n.Add("Add", [n.Conv(a, 20, 20, 3), a]);
        string c = n.Add("Sum", [n.Add("Relu", [b]), a, n.Conv(a, 20, 20, 1)]);
        return n.Build(n.Add("ReduceMean", [c], ("axes", new long[] { 2, 3 }), ("keepdims", 0)));
    }

    private static Graph Inception()
    {
        SmallNetwork n = New(3);
        string x = n.Conv("x", 3, 16, 3, activation: "relu");
        string tall = n.Add("Conv", [x, n.Constant(0.2f, 9, 16, 7, 1)], ("pads", new long[] { 3, 0, 3, 0 }));
        string wide = n.Add("Conv", [tall, n.Constant(0.2f, 18, 9, 1, 7)], ("pads", new long[] { 0, 3, 0, 3 }));
        string pooled = n.Conv(n.Pool(x, "AveragePool", 3, 1, 1), 16, 5, 1);
        string five = n.Conv(x, 16, 33, 5, activation: "relu");
        string joined = n.Add("Concat", [n.Conv(x, 16, 7, 1), five, wide, pooled], ("axis", 1));
        return n.Build(n.Pool(joined, "MaxPool", 3, 2, 0), n.Pool(joined, "AveragePool", 3, 2, 1, ("count_include_pad", 1)));
    }

    private static Graph Dense()
    {
        SmallNetwork n = New(4);
        string x = n.Conv("x", 3, 16, 3);
        List<string> features = [x];
        int channels = 16;
        for (int layer = 0; layer < 3; layer++)
        {
            string joined = features.Count == 1 ? x : n.Add("Concat", features, ("axis", 1));
            string bottleneck = n.Conv(n.BatchNorm(joined, channels, "relu"), channels, 32, 1, activation: "relu");
            features.Add(n.Conv(bottleneck, 32, 12, 3));
            channels += 12;
        }

        string all = n.BatchNorm(n.Add("Concat", features, ("axis", 1)), channels);
        return n.Build(n.Pool(n.Conv(n.Add("Relu", [all]), channels, 20, 1), "AveragePool", 2, 2, 0));
    }

    private static Graph NestedConcat()
    {
        SmallNetwork n = New(5);
        string a = n.Conv("x", 3, 5, 1), b = n.Conv("x", 3, 6, 3);
        string ab = n.Add("Concat", [a, b], ("axis", 1));
        string c = n.Conv(ab, 11, 7, 3);
        string twice = n.Add("Concat", [ab, c, ab, "x"], ("axis", -3));
        string backwards = n.Add("Concat", [b, a], ("axis", 1));
        return n.Build(n.Conv(twice, 32, 4, 1), n.Conv(backwards, 11, 4, 1), ab);
    }

    private static Graph Mobile()
    {
        SmallNetwork n = New(6);
        string x = n.Conv("x", 3, 16, 3, stride: 2, activation: "clip");
        string wide = n.Conv(x, 16, 96, 1, activation: "clip");
        string deep = n.Conv(wide, 96, 96, 3, group: 96, activation: "clip");
        string narrow = n.Conv(deep, 96, 16, 1, residual: x);
        string halved = n.Conv(n.Conv(narrow, 16, 19, 1), 19, 19, 3, stride: 2, group: 19);
        return n.Build(n.Conv(n.Conv(halved, 19, 19, 5, group: 19, dilation: 2), 19, 38, 3, group: 19));
    }

    private static Graph Groups()
    {
        SmallNetwork n = New(7);
        string x = n.Conv("x", 3, 32, 3, dilation: 2);
        return n.Build(n.Conv(n.Conv(x, 32, 48, 3, group: 2), 48, 32, 1, group: 4, stride: 2, activation: "leakyrelu"));
    }

    private static Graph Classic()
    {
        SmallNetwork n = New(8);
        string x = n.Add("Relu", [n.Conv("x", 3, 20, 11, stride: 4, pad: 5)]);
        x = n.Add("LRN", [x], ("size", 5), ("alpha", 0.5f), ("beta", 0.75f), ("bias", 1f));
        x = n.Add("LRN", [x], ("size", 4), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 2f));
        x = n.Pool(x, "MaxPool", 3, 2, 0, ("ceil_mode", 1));
        x = n.Add("Dropout", [n.Add("Reshape", [x, n.Constant(Tensor.Of([-1L, 80], 2))])]);
        x = n.Add(
            "Gemm",
            [x, n.Constant(0.2f, 80, 33), n.Constant(1, 1, 33)],
            ("activation", "relu"),
            ("alpha", 0.5f),
            ("beta", 2f));
        x = n.Add("Add", [n.Add("MatMul", [x, n.Constant(0.3f, 33, 7)]), n.Constant(1, 7)]);
        return n.Build(n.Add("Softmax", [x], ("axis", 1)));
    }

    private static Graph Split()
    {
        SmallNetwork n = New(21);
        string[] parts = n.Split(n.Conv("x", 3, 44, 3, stride: 2, activation: "relu"), 7, 17, 20);
        string a = n.Conv(parts[0], 7, 20, 3), b = n.Conv(parts[2], 20, 20, 3, group: 20, residual: a, activation: "relu");
        string joined = n.Add("Concat", [parts[1], b, n.Pool(parts[2], "MaxPool", 3, 1, 1), parts[0]], ("axis", 1));
        string[] halves = n.Split(joined, 32, 32);
        string sum = n.Add("Add", [n.Conv(halves[0], 32, 32, 1), halves[1]]);
        return n.Build(n.Add("GlobalAveragePool", [sum]), parts[1], halves[1]);
    }

    private static Graph Attention()
    {
        SmallNetwork n = New(22);
        string tokens = n.Add("Reshape", [n.Conv("x", 3, 24, 4, stride: 4, pad: 0), n.Constant(Tensor.Of([0L, 2, 12, -1], 4))]);
        string keys = n.Add("Transpose", [tokens], ("perm", new long[] { 0, 1, 3, 2 }));
        string weights = n.Add("Softmax", [n.Add("MatMul", [keys, tokens])], ("axis", -1));
        string heads = n.Add("Transpose", [n.Add("MatMul", [weights, keys])], ("perm", new long[] { 0, 2, 1, 3 }));
        string back = n.Add("Transpose", [heads], ("perm", new long[] { 3, 2, 0, 1 }));
        return n.Build(heads, n.Add("Relu", [n.Add("Transpose", [back], ("perm", new long[] { 2, 0, 3, 1 }))]));
    }

    private static Graph Shuffle()
    {
        SmallNetwork n = New(9);
        string x = n.Conv("x", 3, 12, 3);
        string split = n.Add("Reshape", [x, n.Constant(Tensor.Of([-1L, 3, 4, Height, Width], 5))]);
        string turned = n.Add("Transpose", [split], ("perm", new long[] { 0, 2, 1, 3, 4 }));
        string joined = n.Add("Reshape", [turned, n.Constant(Tensor.Of([-1L, 12, Height, Width], 4))]);
        return n.Build(n.Conv(joined, 12, 8, 3, group: 2));
    }

    private static Graph Operands()
    {
        SmallNetwork n = New(10);
        string x = n.Add("Div", [n.Add("Sub", ["x", n.Constant(1, 3, 1, 1)]), n.Constant(Tensor.Of([0.5f, 2, 3], 1, 3, 1, 1))]);
        string y = n.Conv(x, 3, 6, 3);
        string z = n.Add("Mul", [n.Constant(Tensor.Of([3f])), y]);
        string columns = n.Add("Add", [z, n.Constant(1, Width)]);
        return n.Build(n.Add("Sub", [n.Add("Mul", [columns, z]), y]), n.Add("Transpose", [y]));
    }

    private static Graph SqueezeAndExcite()
    {
        SmallNetwork n = New(11);
        string x = n.Conv("x", 3, 18, 3, activation: "relu");
        string gate = n.Add("Sigmoid", [n.Conv(n.Conv(n.Add("GlobalAveragePool", [x]), 18, 4, 1, activation: "relu"), 4, 18, 1)]);
        return n.Build(n.Add("GlobalMaxPool", [n.Conv(n.Add("Mul", [gate, x]), 18, 6, 1)]), gate);
    }

    private static Graph Activations()
    {
        SmallNetwork n = New(12);
        string x = n.Conv("x", 3, 10, 3, activation: "sigmoid");
        foreach (string op in new[] { "Tanh", "HardSigmoid", "HardSwish", "Elu", "Selu", "Softplus" })
        {
            x = n.Conv(n.Add(op, [x]), 10, 10, 1);
        }

        x = n.Add("PRelu", [x, n.Constant(0.5f, 10, 1, 1)]);
        x = n.Add("Clip", [x, n.Constant(Tensor.Of([-0.5f])), n.Constant(Tensor.Of([0.4f]))]);
        return n.Build(n.Add("LeakyRelu", [x], ("alpha", 0.3f)));
    }

    private static Graph Gates()
    {
        SmallNetwork n = New(23);
        string a = n.Conv("x", 3, 10, 3), b = n.Add("Mul", [n.Add("Sigmoid", [a]), a]);
        string c = n.Conv(b, 10, 13, 1), d = n.Add("Mul", [c, n.Add("HardSigmoid", [c], ("alpha", 1 / 6f))]);
        string joined = n.Add("Concat", [n.Add("Mish", [d]), n.Add("Erf", [d]), n.Add("Gelu", [d], ("approximate", "tanh"))], ("axis", 1));
        string pooled = n.Add("GlobalAveragePool", [joined]);
        return n.Build(n.Add("Swish", [n.Conv(joined, 39, 7, 1)], ("alpha", 1.5f)), n.Add("Mul", [pooled, n.Add("Sigmoid", [pooled])]));
    }

    private static Graph Transformer()
    {
        SmallNetwork n = New(24);
        string Dense(string x, int inputs, int outputs) =>
            n.Add("Add", [n.Constant(1, outputs), n.Add("MatMul", [x, n.Constant(0.3f, inputs, outputs)])]);
        string Number(float value) => n.Constant(Tensor.Of([value]));

        string map = n.Add("Reshape", [n.Conv("x", 3, 22, 4, stride: 4, pad: 0), n.Constant(Tensor.Of([0L, 22, -1], 3))]);
        string tokens = n.Add("Add", [n.Add("Transpose", [map], ("perm", new long[] { 0, 2, 1 })), n.Constant(1, 1, 16, 22)]);
        string normal = n.Add("LayerNormalization", [tokens, n.Constant(1, 22), n.Constant(1, 22)], ("epsilon", 1e-3f));
        string scores = n.Add("MatMul", [Dense(normal, 22, 22), n.Add("Transpose", [Dense(normal, 22, 22)], ("perm", new long[] { 0, 2, 1 }))]);
        string weights = n.Add("Softmax", [n.Add("Mul", [scores, Number(0.2f)])], ("axis", -1));
        string sum = n.Add("Add", [n.Add("MatMul", [weights, Dense(normal, 22, 22)]), tokens]);
        string wide = Dense(n.Add("LayerNormalization", [sum, n.Constant(1, 22)]), 22, 44);
        string bell = n.Add("Add", [n.Add("Erf", [n.Add("Div", [wide, Number(MathF.Sqrt(2))])]), Number(1)]);
        string gelu = n.Add("Mul", [n.Add("Mul", [wide, bell]), Number(0.5f)]);
        return n.Build(n.Add("Add", [Dense(gelu, 44, 22), sum]), n.Add("LayerNormalization", [sum, n.Constant(1, 16, 22)], ("axis", 1)));
    }

    private static Graph SeveralOutputs()
    {
        SmallNetwork n = New(13);
        string x = n.Conv("x", 3, 8, 3);
        string same = n.Add("Identity", ["x"]);
        return n.Build(x, same, x.Length > 0 ? n.Add("Relu", [x]) : x);
    }
}
