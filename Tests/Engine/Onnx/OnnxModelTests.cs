using Google.Protobuf;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Onnx;

public class OnnxModelTests
{
    [Theory]
    [InlineData(1, "0000803f000020c0", 1f, -2.5f)]
    [InlineData(10, "003c00c1", 1f, -2.5f)]
    [InlineData(16, "803f20c0", 1f, -2.5f)]
    [InlineData(11, "000000000000f03f00000000000004c0", 1f, -2.5f)]
    public void RealInitialisersOfEveryTypeAreRead(int type, string hex, float first, float second)
    {
        TensorProto raw = new() { Name = "w", DataType = type, RawData = ByteString.CopyFrom(Convert.FromHexString(hex)) };
        raw.Dims.Add(2);
        Assert.Equal([first, second], Parse(ModelOf(raw, elementType: 1)).ToGraph().Constants["w"].Floats.ToArray());
    }

    [Theory]
    [InlineData(7, "0100000000000000feffffffffffffff")]
    [InlineData(6, "01000000feffffff")]
    [InlineData(5, "0100feff")]
    [InlineData(3, "01fe")]
    public void WholeInitialisersOfEveryTypeAreRead(int type, string hex)
    {
        TensorProto raw = new() { Name = "w", DataType = type, RawData = ByteString.CopyFrom(Convert.FromHexString(hex)) };
        raw.Dims.Add(2);
        var model = ModelOf(raw, elementType: type == 7 ? 7 : 6);
        model.Graph.Node[0].Input[1] = "cast";
        model.Graph.Node.Add(Cast("w", "cast", type == 7 ? 7 : 6));
        var read = Parse(model).ToGraph().Constants["w"];
        Assert.Equal([1L, -2L], type == 7 ? read.Int64s.ToArray() : Array.ConvertAll(read.Int32s.ToArray(), v => (long)v));
    }

    [Theory]
    [InlineData(3, "Add", "Int8")]
    [InlineData(13, "Mul", "Uint64")]
    [InlineData(11, "Greater", "Double")]
    public void WhatWouldComputeSomethingElseIsRefusedByName(int type, string op, string typeName)
    {
        TensorProto weights = new() { Name = "w", DataType = type };
        weights.Dims.Add(2);
        weights.Int32Data.Add(type == 3 ? [100, 100] : []);
        weights.Uint64Data.Add(type == 13 ? [1UL, 2UL] : []);
        weights.DoubleData.Add(type == 11 ? [1 + 1e-12, 1] : []);
        var model = ModelOf(weights, elementType: 1);
        model.Graph.Node[0].OpType = op;
        model.Graph.Node[0].Input[0] = "moved";
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Transpose", Input = { "w" }, Output = { "moved" } });
        model.Graph.Node[1].Input[1] = "moved";
        var error = Refused(model.ToByteArray());
        Assert.Equal(op, error.Op);
        Assert.Contains(typeName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DoublesThatSinglesHoldAreCompared()
    {
        TensorProto weights = new() { Name = "w", DataType = 11 };
        weights.Dims.Add(2);
        weights.DoubleData.Add([0.5, -2]);
        var model = ModelOf(weights, elementType: 1);
        model.Graph.Node[0].OpType = "Greater";
        model.Graph.Output[0].Type.TensorType.ElemType = 9;
        Assert.Equal(ElementType.Bool, Parse(model).ToGraph().TypeOf("y"));
    }

    [Fact]
    public void TypedHalvesAreRead()
    {
        TensorProto typed = new() { Name = "w", DataType = 10 };
        typed.Dims.Add(2);
        typed.Int32Data.Add([0x3c00, 0xc100]);
        Assert.Equal([1f, -2.5f], Parse(ModelOf(typed, elementType: 1)).ToGraph().Constants["w"].Floats.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void LargeRawDataIsReadFromFilesAndFromMemory(int type)
    {
        const int Count = 5000;
        float[] values = [.. Enumerable.Range(0, Count).Select(i => (i % 97) - 48f)];
        byte[] bytes = type == 1 ? [.. values.SelectMany(BitConverter.GetBytes)]
            : [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))];
        var small = Floats("s", 3, 4);
        TensorProto large = new() { Name = "v", DataType = type, RawData = ByteString.CopyFrom(bytes) };
        large.Dims.Add(Count);
        var model = ModelOf(Floats("w", 1, 2), elementType: 1);
        model.Graph.Initializer.Add([large, small]);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, model.ToByteArray());
            foreach (var read in new[] { Parse(model), OnnxModel.Load(path) })
            {
                Assert.Equal(values, read.ToGraph().Constants["v"].Floats.ToArray());
                Assert.Equal(small.FloatData, read.ToGraph().Constants["s"].Floats.ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }

        large.RawData = ByteString.CopyFrom(bytes[..^2]);
        Assert.Contains("'v'", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGraphInTwoPartsIsReadAsOne()
    {
        TensorProto first = new() { Name = "v", DataType = 1, RawData = ByteString.CopyFrom(new byte[8000]) };
        first.Dims.Add(2000);
        ModelProto more = new() { Graph = new GraphProto { Initializer = { first } } };
        byte[] whole = [.. ModelOf(Floats("w", 1, 2), elementType: 1).ToByteArray(), .. more.ToByteArray()];
        Assert.Equal(2000, OnnxModel.Parse(whole, "m").ToGraph().Constants["v"].Length);
    }

    [Fact]
    public void DataThatDoesNotFillTheShapeIsRefused()
    {
        TensorProto short1 = new() { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[7]) };
        short1.Dims.Add(2);
        Assert.Contains("'w'", Refused(ModelOf(short1, 1).ToByteArray()).Message, StringComparison.Ordinal);
        TensorProto short2 = new() { Name = "w", DataType = 1 };
        short2.Dims.Add(2);
        short2.FloatData.Add(1);
        Assert.Contains("1 elements", Refused(ModelOf(short2, 1).ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(1L << 30, 1L << 30)]
    public void ImpossibleDimensionsAreRefused(long first, long second)
    {
        TensorProto huge = new() { Name = "w", DataType = 1 };
        huge.Dims.Add([first, second]);
        Refused(ModelOf(huge, 1).ToByteArray());
    }

    [Fact]
    public void ExternalDataIsRefusedUnlessAllowed()
    {
        var folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(Path.Combine(folder, "weights.bin"), [9, 9, 0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]);
            File.WriteAllBytes(path, ExternalModel("weights.bin").ToByteArray());
            Assert.Contains("weights.bin", Assert.Throws<OnnxException>(() => OnnxModel.Load(path)).Message,
                StringComparison.Ordinal);
            OnnxReadOptions allowed = new() { AllowExternalData = true };
            Assert.Equal([1f, -2.5f], OnnxModel.Load(path, allowed).ToGraph().Constants["w"].Floats.ToArray());
            foreach (var outside in new[] { "../weights.bin", "/etc/hostname", "", "missing.bin" })
            {
                File.WriteAllBytes(path, ExternalModel(outside).ToByteArray());
                Assert.Throws<OnnxException>(() => OnnxModel.Load(path, allowed));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void AMissingFileIsNamed() =>
        Assert.Contains("no-such.onnx", Assert.Throws<FileNotFoundException>(() => OnnxModel.Load("no-such.onnx")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void SizeAndNestingAreLimited()
    {
        var bytes = ModelOf(Floats("w", 1, 2), 1).ToByteArray();
        Assert.Throws<OnnxException>(() => OnnxModel.Parse(bytes, "m", new OnnxReadOptions { MaxBytes = bytes.Length - 1 }));
        Assert.Throws<OnnxException>(() => OnnxModel.Parse(bytes, "m", new OnnxReadOptions { MaxNesting = 2 }));
        Assert.NotNull(OnnxModel.Parse(bytes, "m", new OnnxReadOptions { MaxBytes = bytes.Length }));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1200)]
    public void DamagedFilesAreRefusedByName(int weights)
    {
        TensorProto raw = new() { Name = "v", DataType = 1, RawData = ByteString.CopyFrom(new byte[weights * 4]) };
        raw.Dims.Add(weights);
        var model = ModelOf(Floats("w", 1, 2), 1);
        model.Graph.Initializer.Add(raw);
        var good = model.ToByteArray();
        Random random = new(3);

        // Mostly before and after the data, where the structure is.
        int Place(int length) => random.Next(4) == 0 ? random.Next(length) : random.Next(2) == 0
            ? random.Next(Math.Min(length, 60))
            : length - 1 - random.Next(Math.Min(length, 60));
        for (var i = 0; i < 2000; i++)
        {
            byte[] bytes = [.. good];
            if (i % 3 == 0)
                bytes = bytes[..random.Next(bytes.Length)];

            for (var flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
                bytes[Place(bytes.Length)] = (byte)random.Next(256);

            try
            {
                OnnxModel.Parse(bytes, "damaged.onnx");
            }
            catch (OnnxException error)
            {
                Assert.StartsWith("damaged.onnx: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void UnsupportedOperatorsAreAllNamed()
    {
        var model = ModelOf(Floats("w", 1, 2), 1);
        model.Graph.Node.Insert(0, new NodeProto { Name = "strange", OpType = "Loop", Input = { "x" }, Output = { "a" } });
        model.Graph.Node.Add(new NodeProto
        {
            Name = "foreign",
            OpType = "Add",
            Domain = "com.example",
            Input = { "x", "x" },
            Output = { "b" }
        });
        var error = Refused(model.ToByteArray());
        Assert.Equal(("strange", "Loop", "m.onnx"), (error.Node, error.Op, error.File));
        Assert.Contains("com.example.Add", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FusedFormsAreNoPartOfFiles()
    {
        var model = ModelOf(Floats("w", 1, 2), 1);
        model.Graph.Node[0].Attribute.Add(new AttributeProto
        {
            Name = "activation",
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8("relu")
        });
        Assert.Equal("Add", Refused(model.ToByteArray()).Op);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public void OtherOperatorSetsAreRefused(int version)
    {
        var model = ModelOf(Floats("w", 1, 2), 1);
        model.OpsetImport[0].Version = version;
        Assert.Contains($"{version}", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AttributesOfOldFilesNeedNotSayTheirKind()
    {
        var model = ModelOf(Floats("w", 1, 2), 1);
        model.Graph.Node[0] = new NodeProto { OpType = "Transpose", Input = { "x" }, Output = { "y" } };
        AttributeProto order = new() { Name = "perm" };
        order.Ints.Add([1L, 0L]);
        model.Graph.Node[0].Attribute.Add(order);
        Assert.Equal([1L, 0L], Parse(model).ToGraph().Nodes[0].Attributes.Ints("perm")!);
    }

    [Fact]
    public void AFixedBatchBecomesFree()
    {
        ValueInfo input = new("x", ElementType.Float32, [1, 2, 4, 4]);
        Dictionary<string, Tensor> constants = new()
        {
            ["t"] = Tensor.Of([1L, 32L], 2),
            ["w"] = Tensor.Zeros(ElementType.Float32, 32, 3)
        };
        Graph graph = new("g", [input], [new("Reshape", ["x", "t"], ["r"]), new("MatMul", ["r", "w"], ["y"])], constants, ["y"]);
        var read = OnnxModel.Parse(OnnxWriter.ToBytes(graph), "m").ToGraph();
        Assert.Equal([-1, 2, 4, 4], read.Inputs[0].Dimensions!);
        Assert.Equal([-1, 3], read.ShapeOf("y"));
        Assert.Equal([1, 2, 4, 4], OnnxModel.Parse(OnnxWriter.ToBytes(graph), "m",
            new OnnxReadOptions { FreeBatch = false }).ToGraph().Inputs[0].Dimensions!);
    }

    [Fact]
    public void ABatchWhoseRowsMixStaysFixed()
    {
        ValueInfo input = new("x", ElementType.Float32, [2, 3]);
        Graph graph = new("g", [input], [new("Softmax", ["x"], ["y"], NodeAttributes.Of(("axis", 0)))], new Dictionary<string,
            Tensor>(), ["y"]);
        Assert.Equal([2, 3], OnnxModel.Parse(OnnxWriter.ToBytes(graph), "m").ToGraph().Inputs[0].Dimensions!);
    }

    [Theory]
    [InlineData("largest")]
    [InlineData("similarities")]
    [InlineData("count")]
    [InlineData("squeezed")]
    [InlineData("places")]
    public void ABatchThatRowsReachByAWayRoundStaysFixed(string way)
    {
        Node[] nodes = way switch
        {
            "largest" => [new("ReduceMax", ["x"], ["m"], NodeAttributes.Of(("axes", new[] { 0 }))),
                new("Sub", ["x", "m"], ["y"])],
            "similarities" => [new("Gemm", ["x", "x"], ["y"], NodeAttributes.Of(("transB", 1)))],
            "count" => [new("Shape", ["x"], ["s"]), new("Cast", ["s"], ["c"], NodeAttributes.Of(("to", 1))),
                new("ReduceMean", ["c"], ["n"]), new("Div", ["x", "n"], ["y"])],
            "places" => [new("Shape", ["x"], ["s"], NodeAttributes.Of(("end", 1))), new("ConstantOfShape", ["s"], ["none"]),
                new("Exp", ["none"], ["one"]), new("CumSum", ["one", "axis"], ["n"]),
                new("Unsqueeze", ["n", "last"], ["c"]), new("Add", ["x", "c"], ["y"])],
            _ => [new("Squeeze", ["x"], ["s"]), new("Softmax", ["s"], ["p"], NodeAttributes.Of(("axis", 0))),
                new("Add", ["x", "p"], ["y"])],
        };
        Dictionary<string, Tensor> constants = new() { ["axis"] = Tensor.Of([0L], []), ["last"] = Tensor.Of([1L], 1) };
        Graph graph = new("g", [new ValueInfo("x", ElementType.Float32, [1, 3])], nodes, constants, ["y"]);
        Assert.Equal([1, 3], OnnxModel.Parse(OnnxWriter.ToBytes(graph), "m").ToGraph().Inputs[0].Dimensions!);
    }

    private static NodeProto Cast(string input, string output, int type) => new()
    {
        OpType = "Cast",
        Input = { input },
        Output = { output },
        Attribute = { new AttributeProto { Name = "to", I = type, Type = AttributeProto.Types.AttributeType.Int } },
    };

    private static OnnxModel Parse(ModelProto model) => OnnxModel.Parse(model.ToByteArray(), "m.onnx");

    private static OnnxException Refused(byte[] bytes) => Assert.Throws<OnnxException>(() => OnnxModel.Parse(bytes, "m.onnx"));

    private static TensorProto Floats(string name, params float[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = 1 };
        tensor.Dims.Add(values.Length);
        tensor.FloatData.Add(values);
        return tensor;
    }

    private static ModelProto ExternalModel(string location)
    {
        TensorProto tensor = new() { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(2);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "2" });
        return ModelOf(tensor, 1);
    }

    // y = x + w
    private static ModelProto ModelOf(TensorProto weights, int elementType)
    {
        ValueInfoProto Value(string name)
        {
            TypeProto.Types.Tensor type = new() { ElemType = elementType, Shape = new TensorShapeProto() };
            type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
            type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 2 });
            return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
        }

        ModelProto model = new() { IrVersion = 7, Graph = new GraphProto { Name = "g" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Input = { "x", "w" }, Output = { "y" } });
        model.Graph.Initializer.Add(weights);
        model.Graph.Input.Add(Value("x"));
        model.Graph.Output.Add(Value("y"));
        return model;
    }
}
