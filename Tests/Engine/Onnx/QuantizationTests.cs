using Google.Protobuf;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;

namespace MlPipeline.Engine.Tests.Onnx;

/// <summary>Quantised numbers in files: they stand for real ones, with which graphs compute.</summary>
public class QuantizationTests
{
    [Theory]
    [InlineData((int)DataType.Uint8, 128, new[] { -128f, -1.5f, 0, 1, 1, 2, 127 })]
    [InlineData((int)DataType.Int8, 0, new[] { -128f, -1.5f, 0, 1, 1, 2, 127 })]
    [InlineData((int)DataType.Uint16, 2, new[] { -2f, -1.5f, 0, 1, 1, 2, 400 })]
    public void NumbersAreRoundedToTheNearestAndHeldInRange(int type, int zero, float[] halves)
    {
        // In steps of a half; ties go to the even number of steps.
        float[] given = [-200, -0.75f, 0, 0.6f, 0.4f, 1, 200];
        float[] expected = [.. halves.Select(h => h / 2)];
        expected[1] = -1;
        var model = Model(Round("x", "y", "zero"), Whole("zero", (DataType)type, [zero]), Real("scale", [], 0.5f));
        foreach (var runtime in new IRuntime[] { new ReferenceRuntime(), new ManagedRuntime() })
        {
            using var session = runtime.CreateSession(Parse(model));
            var y = session.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Of(given, 1, given.Length) })["y"];
            Assert.Equal(expected, y.Floats.ToArray());
        }
    }

    [Fact]
    public void WeightsHaveAScaleForEachChannel()
    {
        var weights = Whole("w", DataType.Int8, [1, -2, 3, 4], 2, 2);
        var model = Model([
            new NodeProto { OpType = "DequantizeLinear", Input = { "w", "scale", "zero" }, Output = { "real" },
                Attribute = { Axis(0) } },
            new NodeProto { OpType = "MatMul", Input = { "x", "real" }, Output = { "y" } },
        ], weights, Whole("zero", DataType.Int8, [0, 1], 2), Real("scale", [2], 0.5f, 2));
        model.Graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = 2;
        using var session = new ManagedRuntime().CreateSession(Parse(model));
        var y = session.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Of([1f, 1], 1, 2) })["y"];
        Assert.Equal([0.5f + 4, -1 + 6], y.Floats.ToArray());
    }

    [Fact]
    public void QuantisedOutputsAndBlocksAreRefusedByName()
    {
        var nodes = Round("x", "y", "zero");
        var model = Model(nodes[..1], Whole("zero", DataType.Uint8, [0]), Real("scale", [], 0.5f));
        model.Graph.Output[0] = new ValueInfoProto { Name = "y/quantised" };
        Assert.Equal("QuantizeLinear", Assert.Throws<OnnxException>(() => Parse(model)).Op);

        nodes[1].Attribute.Add(new AttributeProto { Name = "block_size", I = 2, Type = AttributeProto.Types.AttributeType.Int });
        var error = Assert.Throws<OnnxException>(() =>
            Parse(Model(nodes, Whole("zero", DataType.Uint8, [0]), Real("scale", [], 0.5f))));
        Assert.Equal("DequantizeLinear", error.Op);
        Assert.Contains("block_size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputThatNoNodeReadsDoesNotHideTheNodeAtFault()
    {
        var model = Model([
            new NodeProto { OpType = "Cast", Input = { "x" }, Output = { "y" },
                Attribute = { new AttributeProto { Name = "to", I = 16, Type = AttributeProto.Types.AttributeType.Int } } },
        ]);
        model.Graph.Input.Add(model.Graph.Input[0].Clone());
        model.Graph.Input[1].Name = "like";
        model.Graph.Input[1].Type.TensorType.ElemType = 16;
        model.Graph.Output[0].Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 16 } };
        Assert.Equal("Cast", Assert.Throws<OnnxException>(() => Parse(model)).Op);
    }

    [Theory]
    [InlineData(11, true)]
    [InlineData(12, false)]
    public void AMaskIsReadOnlyWhereItIsSaidWhatItHolds(int opset, bool isRefused)
    {
        var model = Model([
            new NodeProto { OpType = "Dropout", Input = { "x" }, Output = { "y", "mask" } },
        ]);
        model.OpsetImport[0].Version = opset;
        Assert.Equal(ElementType.Float32, Parse(model).TypeOf("y"));
        model.Graph.Output.Add(new ValueInfoProto { Name = "mask" });
        if (isRefused)
            Assert.Equal("Dropout", Assert.Throws<OnnxException>(() => Parse(model)).Op);
        else
            Assert.Equal(ElementType.Bool, Parse(model).TypeOf("mask"));
    }

    private static Graph Parse(ModelProto model) => OnnxModel.Parse(model.ToByteArray(), "m.onnx").ToGraph();

    private static AttributeProto Axis(int axis) =>
        new() { Name = "axis", I = axis, Type = AttributeProto.Types.AttributeType.Int };

    private static NodeProto[] Round(string from, string to, string zero) =>
    [
        new NodeProto { OpType = "QuantizeLinear", Input = { from, "scale", zero }, Output = { $"{to}/quantised" } },
        new NodeProto { OpType = "DequantizeLinear", Input = { $"{to}/quantised", "scale", zero }, Output = { to } },
    ];

    private static TensorProto Whole(string name, DataType type, int[] values, params long[] dims)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)type, Int32Data = { values } };
        tensor.Dims.Add(dims);
        return tensor;
    }

    private static TensorProto Real(string name, long[] dims, params float[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = 1, FloatData = { values } };
        tensor.Dims.Add(dims);
        return tensor;
    }

    private static ModelProto Model(NodeProto[] nodes, params TensorProto[] initializers)
    {
        TypeProto.Types.Tensor type = new() { ElemType = 1, Shape = new TensorShapeProto() };
        type.Shape.Dim.Add([new TensorShapeProto.Types.Dimension { DimParam = "N" },
            new TensorShapeProto.Types.Dimension { DimValue = 7 }]);
        GraphProto graph = new()
        {
            Name = "g",
            Node = { nodes },
            Initializer = { initializers },
            Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = type } } },
            Output = { new ValueInfoProto { Name = "y" } },
        };
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 19 } } };
    }
}
