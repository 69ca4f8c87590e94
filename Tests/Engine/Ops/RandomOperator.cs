using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>Single operators with drawn shapes, attributes and operator sets, some of which do not fit together and are
/// refused.</summary>
internal sealed class RandomOperator
{
    private static readonly string[] Kinds =
        ["Conv", "MaxPool", "AveragePool", "MatMul", "Gemm", "Softmax", "Reduce", "Slice", "Pad",
        "Resize", "Binary", "Transpose", "Normalization", "Function"];

    private readonly Random _random;
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly Dictionary<string, Tensor> _fed = [];

    private RandomOperator(int seed) => _random = new Random(seed);

    /// <summary>A graph of one operator, and what to feed it. Building the graph may throw: then the draw does not fit.</summary>
    public static (Func<Graph> Graph, Dictionary<string, Tensor> Inputs, string Text) Draw(int seed)
    {
        RandomOperator draw = new(seed);
        var node = draw.Node(Kinds[seed % Kinds.Length]);
        ValueInfo[] inputs = [.. draw._fed.Select(f => new ValueInfo(f.Key, f.Value.Type, f.Value.Dimensions.ToArray()))];
        var shapes = string.Join(", ", draw._fed.Concat(draw._constants).Select(v => $"{v.Key} {v.Value}"));
        var text = $"seed {seed}: {node.OpType} {node.Opset} of {shapes}; {string.Join(", ", node.Attributes.Select(Text))}";
        return (() => new Graph("random", inputs, [node], draw._constants, node.Outputs), draw._fed, text);
    }

    private static string Text(KeyValuePair<string, object> attribute) =>
        $"{attribute.Key}={(attribute.Value is long[] values ? string.Join(" ", values) : attribute.Value)}";

    private Node Node(string kind) => kind switch
    {
        "Conv" => Conv(),
        "MaxPool" or "AveragePool" => Pool(kind),
        "MatMul" => MatMul(),
        "Gemm" => Gemm(),
        "Softmax" => Of(Any("Softmax", "LogSoftmax", "Hardmax"), Any(11, 13), [Feed(Shape(1, 4))], ("axis", (long)Whole(-3, 3))),
        "Reduce" => Reduce(),
        "Slice" => Slice(),
        "Pad" => Pad(),
        "Resize" => Resize(),
        "Binary" => Binary(),
        "Transpose" => Transpose(),
        "Normalization" => Normalization(),
        _ => Of(Any("Sigmoid", "Tanh", "Erf", "HardSigmoid", "Elu", "LeakyRelu", "Softplus"), 13, [Feed(Shape(1, 4))]),
    };

    private static Node Of(string op, int opset, IEnumerable<string> inputs, params (string Name, object Value)[] attributes) =>
        new(op, inputs, ["y"], NodeAttributes.Of(attributes), "n", opset);

    private Node Conv()
    {
        int rank = Whole(1, 4), groups = Whole(1, 4), inputs = Whole(1, 6);
        var x = Feed(Reals([Whole(1, 3), groups * inputs, .. Sizes(rank, 3, 12)]));
        var kernel = Sizes(rank, 1, 5);
        var outputs = groups * Whole(1, 7);
        var w = Give(Reals([outputs, inputs, .. kernel]));
        string[] all = Whole(0, 2) == 0 ? [x, w] : [x, w, Give(Reals([outputs]))];
        return Of("Conv", 11, all, [("group", (long)groups), .. Window(rank, kernel, dilates: true)]);
    }

    private Node Pool(string op)
    {
        var rank = Whole(1, 4);
        var kernel = Sizes(rank, 1, 5);
        List<(string, object)> attributes =
            [("kernel_shape", Longs(kernel)), ("ceil_mode", (long)Whole(0, 2)), .. Window(rank, kernel, op == "MaxPool")];
        if (op == "AveragePool")
            attributes.Add(("count_include_pad", (long)Whole(0, 2)));

        return Of(op, 12, [Feed(Reals([Whole(1, 3), Whole(1, 20), .. Sizes(rank, 3, 12)]))], [.. attributes]);
    }

    private List<(string, object)> Window(int rank, int[] kernel, bool dilates)
    {
        // Pooling that is both spread and padded by itself is another thing to ONNX Runtime than to the definition.
        List<(string, object)> attributes = [("strides", Longs(Sizes(rank, 1, 4)))];
        var padsItself = Whole(0, 3) == 0;
        if (dilates && !padsItself)
            attributes.Add(("dilations", Longs(Sizes(rank, 1, 3))));

        if (padsItself)
            attributes.Add(("auto_pad", Any("SAME_UPPER", "SAME_LOWER", "VALID")));
        else
            attributes.Add(("pads", Longs([.. Enumerable.Range(0, 2 * rank).Select(i => Whole(0, kernel[i % rank]))])));

        return attributes;
    }

    private Node MatMul()
    {
        int rows = Whole(1, 20), depth = Whole(1, 40), columns = Whole(1, 40);
        var stack = Sizes(Whole(0, 3), 1, 4);
        var other = Whole(0, 2) == 0 ? stack : [.. stack.Skip(Whole(0, stack.Length + 1)).Select(s => Whole(0, 2) == 0 ? 1 : s)];
        return Of("MatMul", 13, [Feed(Reals([.. stack, rows, depth])), Give(Reals([.. other, depth, columns]))]);
    }

    private Node Gemm()
    {
        int rows = Whole(1, 20), depth = Whole(1, 40), columns = Whole(1, 40), first = Whole(0, 2), second = Whole(0, 2);
        int[] bias = Whole(0, 4) switch { 0 => [], 1 => [columns], 2 => [rows, 1], _ => [1, columns] };
        return Of("Gemm", 11, [Feed(Reals(first > 0 ? [depth, rows] : [rows, depth])),
            Give(Reals(second > 0 ? [columns, depth] : [depth, columns])), Give(Reals(bias))],
            ("transA", (long)first), ("transB", (long)second), ("alpha", 0.5f), ("beta", -1.5f));
    }

    private Node Reduce()
    {
        var x = Shape(1, 5);
        long[] axes = [.. Enumerable.Range(0, x.Rank).Where(_ => Whole(0, 2) == 0)
            .Select(a => (long)(Whole(0, 2) == 0 ? a : a - x.Rank))];
        var op = Any("ReduceMean", "ReduceSum", "ReduceMax", "ReduceL2", "ReduceLogSumExp");
        string[] inputs = axes.Length > 0 ? [Feed(x), Constant(axes)] : [Feed(x)];
        return Of(op, 18, inputs, ("keepdims", (long)Whole(0, 2)), ("noop_with_empty_axes", (long)Whole(0, 2)));
    }

    private Node Slice()
    {
        var x = Shape(1, 5);
        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(_ => Whole(0, 2) == 0)];
        long[] Draw(int from, int to) => [.. axes.Select(_ => (long)Whole(from, to))];
        return Of("Slice", 13, [Feed(x), Constant(Draw(-8, 8)), Constant(Draw(-8, 8)), Constant(Longs(axes)), Constant(
            [.. Draw(-3, 3).Select(s => s == 0 ? 1 : s)])]);
    }

    private Node Pad()
    {
        var x = Shape(1, 5);
        var mode = Any("constant", "edge", "reflect");
        long[] pads = [.. Enumerable.Range(0, 2 * x.Rank)
            .Select(i => (long)Whole(-1, mode == "reflect" ? x.Dimensions[i % x.Rank] : 4))];
        string[] inputs = mode == "constant" ? [Feed(x), Constant(pads), Give(Reals([]))] : [Feed(x), Constant(pads)];
        return Of("Pad", 13, inputs, ("mode", mode));
    }

    private Node Resize()
    {
        var x = Reals([Whole(1, 3), Whole(1, 4), Whole(1, 9), Whole(1, 9)]);
        var mode = Any("nearest", "linear");

        // To whole multiples where a rounding error might decide which element is the nearest.
        int Side(int size) => mode == "nearest" ? size * Whole(1, 4) : Whole(1, 15);
        long[] sizes = [x.Dimensions[0], x.Dimensions[1], Side(x.Dimensions[2]), Side(x.Dimensions[3])];
        return Of("Resize", 13, [Feed(x), "", "", Constant(sizes)], ("mode", mode),
            ("nearest_mode", Any("floor", "round_prefer_ceil")),
            ("coordinate_transformation_mode", Any("asymmetric", "align_corners", "half_pixel", "pytorch_half_pixel")));
    }

    private Node Binary()
    {
        var shape = Sizes(Whole(1, 5), 1, 7);
        int[] Part() => [.. shape.Skip(Whole(0, shape.Length)).Select(s => Whole(0, 3) == 0 ? 1 : s)];
        return Of(Any("Add", "Sub", "Mul", "Div", "PRelu", "Max"), 13,
            [Feed(Reals(Whole(0, 3) == 0 ? Part() : shape)), Give(Reals(Part()))]);
    }

    private Node Transpose()
    {
        var x = Shape(1, 5);
        long[] order = [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)];
        _random.Shuffle(order);
        return Of("Transpose", 13, [Feed(x)], ("perm", order));
    }

    private Node Normalization()
    {
        var channels = Whole(1, 40);
        Tensor Vector() => Reals([channels], least: 0.1f);
        return Whole(0, 3) switch
        {
            0 => Of("LayerNormalization", 17,
                [Feed(Reals([.. Sizes(Whole(1, 3), 1, 6), channels])), Give(Vector()), Give(Vector())]),
            1 => Of("LRN", 13, [Feed(Reals([2, channels, 3, 4]))], ("size", (long)Whole(1, 6)), ("alpha", 0.2f), ("beta", 0.75f)),
            _ => Of("BatchNormalization", 15, [Feed(Reals([2, channels, .. Sizes(Whole(0, 4), 1, 5)])), Give(Vector()),
                Give(Vector()),
                Give(Vector()), Give(Vector())]),
        };
    }

    private int Whole(int from, int before) => _random.Next(from, before);

    private int[] Sizes(int count, int from, int before) => [.. Enumerable.Range(0, count).Select(_ => Whole(from, before))];

    private Tensor Shape(int fromRank, int beforeRank) => Reals(Sizes(Whole(fromRank, beforeRank), 1, 8));

    private T Any<T>(params T[] values) => values[_random.Next(values.Length)];

    private static long[] Longs(int[] values) => Array.ConvertAll(values, v => (long)v);

    private Tensor Reals(int[] shape, float least = -2) => Tensor.Of(
        [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b))
            .Select(_ => least + (_random.NextSingle() * (2 - least)))], shape);

    private string Feed(Tensor value)
    {
        var name = $"x{_fed.Count}";
        _fed.Add(name, value);
        return name;
    }

    private string Constant(long[] values)
    {
        var name = $"c{_constants.Count}";
        _constants.Add(name, Tensor.Of(values, values.Length));
        return name;
    }

    // As a constant, or fed.
    private string Give(Tensor value)
    {
        if (Whole(0, 3) == 0)
            return Feed(value);

        var name = $"c{_constants.Count}";
        _constants.Add(name, value);
        return name;
    }
}
