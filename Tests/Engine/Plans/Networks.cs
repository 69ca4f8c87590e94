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
        var n = New(1);
        var stem = n.Pool(n.Conv("x", 3, 24, 7, stride: 2, activation: "relu"), "MaxPool", 3, 2, 1);
        var a = n.Conv(n.Conv(stem, 24, 24, 3, activation: "relu"), 24, 24, 3, residual: stem, activation: "relu");
        var shortcut = n.Conv(a, 24, 40, 1, stride: 2);
        var b = n.Conv(n.Conv(a, 24, 40, 3, stride: 2, activation: "clip"), 40, 40, 3, residual: shortcut, activation: "relu");
        var pooled = n.Add("GlobalAveragePool", [b]);
        var flat = n.Add("Flatten", [pooled]);
        return n.Build(n.Add("Gemm", [flat, n.Constant(0.3f, 10, 40), n.Constant(1, 10)], ("transB", 1)), b);
    }

    private static Graph PlainResidual()
    {
        var n = New(2);
        var a = n.Add("Relu", [n.Conv("x", 3, 20, 3)]);
        var b = n.Add("Add", [n.Conv(a, 20, 20, 3), a]);
        var c = n.Add("Sum", [n.Add("Relu", [b]), a, n.Conv(a, 20, 20, 1)]);
        return n.Build(n.Add("ReduceMean", [c], ("axes", new long[] { 2, 3 }), ("keepdims", 0)));
    }

    private static Graph Inception()
    {
        var n = New(3);
        var x = n.Conv("x", 3, 16, 3, activation: "relu");
        var tall = n.Add("Conv", [x, n.Constant(0.2f, 9, 16, 7, 1)], ("pads", new long[] { 3, 0, 3, 0 }));
        var wide = n.Add("Conv", [tall, n.Constant(0.2f, 18, 9, 1, 7)], ("pads", new long[] { 0, 3, 0, 3 }));
        var pooled = n.Conv(n.Pool(x, "AveragePool", 3, 1, 1), 16, 5, 1);
        var five = n.Conv(x, 16, 33, 5, activation: "relu");
        var joined = n.Add("Concat", [n.Conv(x, 16, 7, 1), five, wide, pooled], ("axis", 1));
        return n.Build(n.Pool(joined, "MaxPool", 3, 2, 0), n.Pool(joined, "AveragePool", 3, 2, 1, ("count_include_pad", 1)));
    }

    private static Graph Dense()
    {
        var n = New(4);
        var x = n.Conv("x", 3, 16, 3);
        List<string> features = [x];
        var channels = 16;
        for (var layer = 0; layer < 3; layer++)
        {
            var joined = features.Count == 1 ? x : n.Add("Concat", features, ("axis", 1));
            var bottleneck = n.Conv(n.BatchNorm(joined, channels, "relu"), channels, 32, 1, activation: "relu");
            features.Add(n.Conv(bottleneck, 32, 12, 3));
            channels += 12;
        }

        var all = n.BatchNorm(n.Add("Concat", features, ("axis", 1)), channels);
        return n.Build(n.Pool(n.Conv(n.Add("Relu", [all]), channels, 20, 1), "AveragePool", 2, 2, 0));
    }

    private static Graph NestedConcat()
    {
        var n = New(5);
        string a = n.Conv("x", 3, 5, 1), b = n.Conv("x", 3, 6, 3);
        var ab = n.Add("Concat", [a, b], ("axis", 1));
        var c = n.Conv(ab, 11, 7, 3);
        var twice = n.Add("Concat", [ab, c, ab, "x"], ("axis", -3));
        var backwards = n.Add("Concat", [b, a], ("axis", 1));
        return n.Build(n.Conv(twice, 32, 4, 1), n.Conv(backwards, 11, 4, 1), ab);
    }

    private static Graph Mobile()
    {
        var n = New(6);
        var x = n.Conv("x", 3, 16, 3, stride: 2, activation: "clip");
        var wide = n.Conv(x, 16, 96, 1, activation: "clip");
        var deep = n.Conv(wide, 96, 96, 3, group: 96, activation: "clip");
        var narrow = n.Conv(deep, 96, 16, 1, residual: x);
        var halved = n.Conv(n.Conv(narrow, 16, 19, 1), 19, 19, 3, stride: 2, group: 19);
        return n.Build(n.Conv(n.Conv(halved, 19, 19, 5, group: 19, dilation: 2), 19, 38, 3, group: 19));
    }

    private static Graph Groups()
    {
        var n = New(7);
        var x = n.Conv("x", 3, 32, 3, dilation: 2);
        return n.Build(n.Conv(n.Conv(x, 32, 48, 3, group: 2), 48, 32, 1, group: 4, stride: 2, activation: "leakyrelu"));
    }

    private static Graph Classic()
    {
        var n = New(8);
        var x = n.Add("Relu", [n.Conv("x", 3, 20, 11, stride: 4, pad: 5)]);
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
        var n = New(21);
        var parts = n.Split(n.Conv("x", 3, 44, 3, stride: 2, activation: "relu"), 7, 17, 20);
        string a = n.Conv(parts[0], 7, 20, 3), b = n.Conv(parts[2], 20, 20, 3, group: 20, residual: a, activation: "relu");
        var joined = n.Add("Concat", [parts[1], b, n.Pool(parts[2], "MaxPool", 3, 1, 1), parts[0]], ("axis", 1));
        var halves = n.Split(joined, 32, 32);
        var sum = n.Add("Add", [n.Conv(halves[0], 32, 32, 1), halves[1]]);
        return n.Build(n.Add("GlobalAveragePool", [sum]), parts[1], halves[1]);
    }

    private static Graph Attention()
    {
        var n = New(22);
        var tokens = n.Add("Reshape", [n.Conv("x", 3, 24, 4, stride: 4, pad: 0), n.Constant(Tensor.Of([0L, 2, 12, -1], 4))]);
        var keys = n.Add("Transpose", [tokens], ("perm", new long[] { 0, 1, 3, 2 }));
        var weights = n.Add("Softmax", [n.Add("MatMul", [keys, tokens])], ("axis", -1));
        var heads = n.Add("Transpose", [n.Add("MatMul", [weights, keys])], ("perm", new long[] { 0, 2, 1, 3 }));
        var back = n.Add("Transpose", [heads], ("perm", new long[] { 3, 2, 0, 1 }));
        return n.Build(heads, n.Add("Relu", [n.Add("Transpose", [back], ("perm", new long[] { 2, 0, 3, 1 }))]));
    }

    private static Graph Shuffle()
    {
        var n = New(9);
        var x = n.Conv("x", 3, 12, 3);
        var split = n.Add("Reshape", [x, n.Constant(Tensor.Of([-1L, 3, 4, Height, Width], 5))]);
        var turned = n.Add("Transpose", [split], ("perm", new long[] { 0, 2, 1, 3, 4 }));
        var joined = n.Add("Reshape", [turned, n.Constant(Tensor.Of([-1L, 12, Height, Width], 4))]);
        return n.Build(n.Conv(joined, 12, 8, 3, group: 2));
    }

    private static Graph Operands()
    {
        var n = New(10);
        var x = n.Add("Div", [n.Add("Sub", ["x", n.Constant(1, 3, 1, 1)]), n.Constant(Tensor.Of([0.5f, 2, 3], 1, 3, 1, 1))]);
        var y = n.Conv(x, 3, 6, 3);
        var z = n.Add("Mul", [n.Constant(Tensor.Of([3f])), y]);
        var columns = n.Add("Add", [z, n.Constant(1, Width)]);
        return n.Build(n.Add("Sub", [n.Add("Mul", [columns, z]), y]), n.Add("Transpose", [y]));
    }

    private static Graph SqueezeAndExcite()
    {
        var n = New(11);
        var x = n.Conv("x", 3, 18, 3, activation: "relu");
        var gate = n.Add("Sigmoid", [n.Conv(n.Conv(n.Add("GlobalAveragePool", [x]), 18, 4, 1, activation: "relu"), 4, 18, 1)]);
        return n.Build(n.Add("GlobalMaxPool", [n.Conv(n.Add("Mul", [gate, x]), 18, 6, 1)]), gate);
    }

    private static Graph Activations()
    {
        var n = New(12);
        var x = n.Conv("x", 3, 10, 3, activation: "sigmoid");
        foreach (var op in new[] { "Tanh", "HardSigmoid", "HardSwish", "Elu", "Selu", "Softplus" })
            x = n.Conv(n.Add(op, [x]), 10, 10, 1);

        x = n.Add("PRelu", [x, n.Constant(0.5f, 10, 1, 1)]);
        x = n.Add("Clip", [x, n.Constant(Tensor.Of([-0.5f])), n.Constant(Tensor.Of([0.4f]))]);
        return n.Build(n.Add("LeakyRelu", [x], ("alpha", 0.3f)));
    }

    private static Graph Gates()
    {
        var n = New(23);
        string a = n.Conv("x", 3, 10, 3), b = n.Add("Mul", [n.Add("Sigmoid", [a]), a]);
        string c = n.Conv(b, 10, 13, 1), d = n.Add("Mul", [c, n.Add("HardSigmoid", [c], ("alpha", 1 / 6f))]);
        var joined = n.Add("Concat", [n.Add("Mish", [d]), n.Add("Erf", [d]), n.Add("Gelu", [d], ("approximate", "tanh"))],
            ("axis", 1));
        var pooled = n.Add("GlobalAveragePool", [joined]);
        return n.Build(n.Add("Swish", [n.Conv(joined, 39, 7, 1)], ("alpha", 1.5f)),
            n.Add("Mul", [pooled, n.Add("Sigmoid", [pooled])]));
    }

    private static Graph Transformer()
    {
        var n = New(24);
        string Dense(string x, int inputs, int outputs) =>
            n.Add("Add", [n.Constant(1, outputs), n.Add("MatMul", [x, n.Constant(0.3f, inputs, outputs)])]);
        string Number(float value) => n.Constant(Tensor.Of([value]));

        var map = n.Add("Reshape", [n.Conv("x", 3, 22, 4, stride: 4, pad: 0), n.Constant(Tensor.Of([0L, 22, -1], 3))]);
        var tokens = n.Add("Add", [n.Add("Transpose", [map], ("perm", new long[] { 0, 2, 1 })), n.Constant(1, 1, 16, 22)]);
        var normal = n.Add("LayerNormalization", [tokens, n.Constant(1, 22), n.Constant(1, 22)], ("epsilon", 1e-3f));
        var scores =
            n.Add("MatMul", [Dense(normal, 22, 22),
                n.Add("Transpose", [Dense(normal, 22, 22)], ("perm", new long[] { 0, 2, 1 }))]);
        var weights = n.Add("Softmax", [n.Add("Mul", [scores, Number(0.2f)])], ("axis", -1));
        var sum = n.Add("Add", [n.Add("MatMul", [weights, Dense(normal, 22, 22)]), tokens]);
        var wide = Dense(n.Add("LayerNormalization", [sum, n.Constant(1, 22)]), 22, 44);
        var bell = n.Add("Add", [n.Add("Erf", [n.Add("Div", [wide, Number(MathF.Sqrt(2))])]), Number(1)]);
        var gelu = n.Add("Mul", [n.Add("Mul", [wide, bell]), Number(0.5f)]);
        return n.Build(n.Add("Add", [Dense(gelu, 44, 22), sum]),
            n.Add("LayerNormalization", [sum, n.Constant(1, 16, 22)], ("axis", 1)));
    }

    private static Graph SeveralOutputs()
    {
        var n = New(13);
        var x = n.Conv("x", 3, 8, 3);
        var same = n.Add("Identity", ["x"]);
        return n.Build(x, same, x.Length > 0 ? n.Add("Relu", [x]) : x);
    }
}
