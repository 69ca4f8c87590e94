using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using Kind = MlPipeline.Engine.Onnx.Format.AttributeProto.Types.AttributeType;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>
/// Models with attributes, shapes, types and numbers of inputs changed at random are run, or refused by an error that says so:
/// an index out of range, an overflow or a missing value would be a fault of ours.
/// </summary>
public class MutationTests
{
    private const int Draws = 12;
    private const int LargestRun = 20_000;
    private static readonly long[] s_wholes =
        [0, 1, 2, 3, -1, -2, 7, 65536, int.MaxValue, int.MinValue, 1L << 31, 1L << 62, long.MaxValue, long.MinValue];

    private static readonly float[] s_reals = [0, 1, -1, 0.5f, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity];
    private static readonly string[] s_operators = [.. OpRegistry.Names];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_operators_are_refused_or_run(int seed)
    {
        List<string> failures = [];
        var ran = 0;
        var number = 0;
        foreach (var test in OperatorCase.All.Values)
        {
            number++;
            var good = OnnxWriter.ToBytes(test.ToGraph(othersAreConstant: seed % 2 == 0));
            for (var i = 0; i < Draws; i++)
            {
                var random = new Random((((seed * 1000) + number) * 1000) + i);
                ran += Try(good, random, $"{test.Name}, seed {seed}, draw {i}", failures);
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count}:\n{string.Join('\n', failures.Take(20))}");
        Assert.True(ran > 100, $"only {ran} were run");
    }

    [Theory]
    [InlineData("lenet5", 32)]
    [InlineData("squeezenet1.1", 33)]
    [InlineData("mobilenetv2", 33)]
    [InlineData("resnet18", 33)]
    public void Mutated_networks_are_refused_or_run(string name, int size)
    {
        var good = OnnxWriter.ToBytes(ArchitectureCatalog.ByName(name)
            .Build(new ArchitectureOptions { InputSize = size, Classes = 3 }));
        List<string> failures = [];
        for (var i = 0; i < 60; i++)
            Try(good, new Random(i), $"{name}, draw {i}", failures);

        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)));
    }

    [Theory]
    [InlineData("DepthToSpace", "blocksize", 65536L)]
    [InlineData("SpaceToDepth", "blocksize", long.MaxValue)]
    [InlineData("Conv", "group", 1L << 32)]
    [InlineData("Conv", "pads", int.MaxValue)]
    [InlineData("AveragePool", "kernel_shape", 1L << 33)]
    [InlineData("MaxPool", "dilations", int.MaxValue)]
    [InlineData("Split", "split", long.MaxValue)]
    [InlineData("Pad", "pads", int.MinValue)]
    [InlineData("Cast", "to", 1L << 40)]
    [InlineData("GroupNormalization", "num_groups", 1L << 32)]
    [InlineData("Softmax", "axis", long.MinValue)]
    public void A_number_out_of_range_is_refused_with_the_node_named(string op, string attribute, long value)
    {
        ValueInfo input = new("x", ElementType.Float32, [1, 4, 6, 6]);
        object given = attribute is "pads" or "kernel_shape" or "dilations" or "split"
            ? Enumerable.Repeat(value, attribute != "pads" ? 2 : op == "Pad" ? 8 : 4).ToArray()
            : value;
        var attributes = NodeAttributes.Of((attribute, given));
        if (op == "MaxPool")
            attributes = attributes.With("kernel_shape", new[] { 2, 2 });

        string[] inputs = op switch { "Conv" => ["x", "w"], "GroupNormalization" => ["x", "s", "s"], _ => ["x"] };
        string[] outputs = op == "Split" ? ["y", "z"] : ["y"];
        Dictionary<string, Tensor> constants = new()
        {
            ["w"] = Tensor.Zeros(ElementType.Float32, 2, 4, 3, 3),
            ["s"] = Tensor.Zeros(ElementType.Float32, 4),
        };
        var error = Assert.Throws<OnnxException>(() => new Graph(
            "g", [input], [new Node(op, inputs, outputs, attributes, "the-node", op is "Split" or "Pad" ? 10 : 21)], constants,
            ["y"]));
        Assert.Equal(("the-node", op), (error.Node, error.Op));
    }

    [Fact]
    public void Outputs_that_are_left_out_and_windows_wider_than_all_channels_are_run()
    {
        Node[] nodes =
        [
            new("LRN", ["x"], ["r"], NodeAttributes.Of(("size", int.MaxValue)), "r"),
            new("MaxPool", ["r"], ["y", ""], NodeAttributes.Of(("kernel_shape", new[] { 2, 2 })), "p"),
        ];
        Graph graph = new("g", [new ValueInfo("x", ElementType.Float32, [1, 3, 4, 4])], nodes,
            new Dictionary<string, Tensor>(), ["y"]);
        Assert.Equal(1, Run(graph));
    }

    [Fact]
    public void A_whole_number_is_not_divided_by_zero()
    {
        foreach (var op in (string[])["Div", "Mod"])
        {
            Graph graph = new("g", [new ValueInfo("x", ElementType.Int64, [2]), new ValueInfo("d", ElementType.Int64, [2])],
                [new Node(op, ["x", "d"], ["y"], null, "the-node")], new Dictionary<string, Tensor>(), ["y"]);
            using var session = new ManagedRuntime().CreateSession(graph);
            var dividends = Tensor.Of([long.MinValue, 7L], 2);
            Tensor By(params long[] divisors) =>
                session.Run(new Dictionary<string, Tensor> { ["x"] = dividends, ["d"] = Tensor.Of(divisors, 2) })["y"];
            Assert.Equal("the-node", Assert.Throws<OnnxException>(() => By(1, 0)).Node);
            Assert.Equal(op == "Div" ? [long.MinValue, 3] : (long[])[0, 1], By(-1, 2).Int64s.ToArray());
        }
    }

    // 1 if the model could be run.
    private static int Try(byte[] good, Random random, string what, List<string> failures)
    {
        var proto = ModelProto.Parser.ParseFrom(good);
        for (var times = random.Next(1, 4); times > 0; times--)
            Mutate(proto, random);

        try
        {
            return Run(OnnxModel.Parse(Google.Protobuf.MessageExtensions.ToByteArray(proto), "mutated").ToGraph());
        }
        catch (OnnxException)
        {
            return 0;
        }
        catch (Exception error)
        {
            failures.Add($"{what}: {error}");
            return 0;
        }
    }

    private static int Run(Graph graph)
    {
        var shapes = graph.Inputs.ToDictionary(i => i.Name, i => graph.Probe.First.Of(i.Name));
        var known = graph.ShapesFor(shapes);
        if (!known.AreAllKnown || graph.Nodes.SelectMany(n => n.Outputs).Concat(shapes.Keys).Where(o => o.Length > 0)
                .Any(o => Tensor.LengthOf(known.Of(o)) > LargestRun))
        {
            return 0;
        }

        var inputs = graph.Inputs.ToDictionary(i => i.Name, i => Filled(i.Type, shapes[i.Name]));
        foreach (var runtime in (IRuntime[])[new ReferenceRuntime(), new ManagedRuntime()])
        {
            using var session = runtime.CreateSession(graph, new SessionOptions { Threads = 1 });
            Assert.Equal(graph.Outputs, session.Run(inputs).Keys);
        }

        return 1;
    }

    private static Tensor Filled(ElementType type, int[] shape)
    {
        var tensor = Tensor.Zeros(type, shape);
        for (var i = 0; i < tensor.Length; i++)
        {
            if (type == ElementType.Float32)
                tensor.Floats[i] = (i % 7) - 3;
            else if (type == ElementType.Int64)
                tensor.Int64s[i] = (i % 4) - 1;
        }

        return tensor;
    }

    private static void Mutate(ModelProto model, Random random)
    {
        T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
        var node = Any(model.Graph.Node);
        switch (random.Next(12))
        {
            case 0 or 1 or 2 when node.Attribute.Count > 0:
                MutateAttribute(Any(node.Attribute), random);
                break;
            case 3 when node.Attribute.Count > 0:
                node.Attribute.RemoveAt(random.Next(node.Attribute.Count));
                break;
            case 4 when node.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] =
                    Any([.. model.Graph.Initializer.Select(t => t.Name), .. model.Graph.Input.Select(i => i.Name), ""]);
                break;
            case 5 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 6:
                node.Input.Add(Any(["", .. model.Graph.Input.Select(i => i.Name)]));
                break;
            case 7:
                node.Output.Add(random.Next(2) == 0 ? "" : $"more{random.Next(1000)}");
                break;
            case 8 or 9 when model.Graph.Initializer.Count > 0:
                MutateTensor(Any(model.Graph.Initializer), random);
                break;
            case 10 when model.Graph.Input.Count > 0:
                MutateInput(Any(model.Graph.Input).Type.TensorType, random);
                break;
            case 11 when random.Next(3) == 0:
                node.OpType = Any(s_operators);
                break;
            default:
                model.OpsetImport[0].Version = random.Next(1, 26);
                break;
        }
    }

    private static void MutateAttribute(AttributeProto attribute, Random random)
    {
        switch (attribute.Type)
        {
            case Kind.Int when random.Next(4) > 0:
                attribute.I = s_wholes[random.Next(s_wholes.Length)];
                break;
            case Kind.Float when random.Next(4) > 0:
                attribute.F = s_reals[random.Next(s_reals.Length)];
                break;
            case Kind.Ints when random.Next(4) > 0:
                if (attribute.Ints.Count > 0 && random.Next(3) > 0)
                    attribute.Ints[random.Next(attribute.Ints.Count)] = s_wholes[random.Next(s_wholes.Length)];
                else if (attribute.Ints.Count > 0 && random.Next(2) == 0)
                    attribute.Ints.RemoveAt(0);
                else
                    attribute.Ints.Add(s_wholes[random.Next(s_wholes.Length)]);

                break;
            default:
                attribute.Type = (Kind[])[Kind.Int, Kind.Float, Kind.Ints, Kind.Floats, Kind.String] is var kinds
                    ? kinds[random.Next(kinds.Length)] : Kind.Int;
                break;
        }
    }

    private static void MutateTensor(TensorProto tensor, Random random)
    {
        tensor.ClearRawData();
        tensor.FloatData.Clear();
        tensor.Int64Data.Clear();
        tensor.Int32Data.Clear();
        if (random.Next(2) == 0)
        {
            tensor.Dims.Clear();
            for (var rank = random.Next(5); rank > 0; rank--)
                tensor.Dims.Add(random.Next(4));
        }

        if (random.Next(3) == 0)
            tensor.DataType = ((int[])[1, 6, 7, 9])[random.Next(4)];

        var length = (int)Math.Min(1_000_000, tensor.Dims.Aggregate(1L, (a, b) => a * b));
        for (var i = 0; i < length; i++)
        {
            switch (tensor.DataType)
            {
                case 1: tensor.FloatData.Add(s_reals[random.Next(s_reals.Length)]); break;
                case 7: tensor.Int64Data.Add(s_wholes[random.Next(s_wholes.Length)]); break;
                default: tensor.Int32Data.Add(random.Next(-2, 4)); break;
            }
        }
    }

    private static void MutateInput(TypeProto.Types.Tensor type, Random random)
    {
        var dims = type.Shape.Dim;
        switch (random.Next(4))
        {
            case 0 when dims.Count > 0:
                dims.RemoveAt(random.Next(dims.Count));
                break;
            case 1:
                dims.Add(new TensorShapeProto.Types.Dimension { DimValue = random.Next(4) });
                break;
            case 2 when dims.Count > 0:
                dims[random.Next(dims.Count)] = random.Next(3) == 0
                    ? new TensorShapeProto.Types.Dimension { DimParam = "n" }
                    : new TensorShapeProto.Types.Dimension { DimValue = s_wholes[random.Next(s_wholes.Length)] };
                break;
            default:
                type.ElemType = ((int[])[1, 6, 7, 9])[random.Next(4)];
                break;
        }
    }
}
