using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>Fully connected layers: Gemm and MatMul of a matrix with constant weights, as convolutions of 1x1 maps.</summary>
internal static class LinearLowering
{
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.OpType is not ("Gemm" or "MatMul") || Activation.IsFused(node)
            || builder.ShapeOf(node.Inputs[0]).Length != 2 || builder.ConstantOf(node.Inputs[1]) is not { Rank: 2 } weights)
        {
            return null;
        }

        var attributes = node.Attributes;
        if (attributes.Float("alpha", 1) != 1 || attributes.Float("beta", 1) != 1 || attributes.Int("transA") != 0)
            return null;
        var x = builder.Get(node.Inputs[0], Layout.RowMajor);
        var shape = builder.ShapeOf(node.FirstOutput);
        int inputs = x.Dimensions[1], outputs = shape[1];
        var bias = node.HasInput(2) ? builder.ConstantOf(node.Inputs[2]) : null;
        if (node.HasInput(2) && bias?.Length != outputs)
            return null;
        var byOutput = attributes.Int("transB") != 0;
        (long ofInput, long ofOutput) = byOutput ? (1, inputs) : (outputs, 1);
        var g = Geometry(shape[0], inputs, outputs);
        var varies = builder.ParameterOf(node.Inputs[1]) is not null
            || (node.HasInput(2) && builder.ParameterOf(node.Inputs[2]) is not null);
        (var output, var hasRelu) = builder.WithRelu(node);
        var isGiven = builder.Given.Contains(output);
        var y = isGiven ? builder.Get(output, Layout.RowMajor) : builder.Output(output);
        var values = (float[])weights.Storage;
        if (!isGiven)
        {
            AddProduct(node.Name, builder, g, values, ofInput, ofOutput, bias, varies, x, y, null,
                hasRelu ? ConvolutionEpilogue.Relu : ConvolutionEpilogue.None);
        }

        return () =>
        {
            var dy = AsMap(builder.GradientBefore(output, hasRelu, y));
            if (node.HasInput(2) && builder.ParameterOf(node.Inputs[2]) is { } trainedBias)
                ConvolutionLowering.AddBiasGradient(node.Name, builder, dy, trainedBias);
            if (builder.ParameterOf(node.Inputs[1]) is { } trained)
                ConvolutionLowering.AddWeightGradient(node.Name, builder, g, x, dy, trained, ofOutput, ofInput);
            if (!builder.Wants(node.Inputs[0]))
                return;
            var dx = builder.NewGradient(node.Inputs[0], out var addend);
            AddProduct($"{node.Name} input gradient", builder, Geometry(shape[0], outputs, inputs), values, ofOutput, ofInput,
                null, varies, dy, dx, addend, ConvolutionEpilogue.None);
        };
    }

    private static void AddProduct(
        string name, TrainingBuilder builder, ConvolutionGeometry g, float[] weights, long rowStride, long columnStride,
        Tensor? bias, bool varies, Place x, Place y, Place? addend, ConvolutionEpilogue epilogue)
    {
        g = addend is null ? g : g with { ResidualPixelStride = g.OutputChannels };
        var packed = ConvolutionWeights.PackMatrix(builder.Kernels, g.InputChannels, g.OutputChannels, weights, rowStride,
            columnStride, bias is null ? [] : bias.Floats, varies ? builder.PackedMemory : null);
        ConvolutionLowering.AddPacking(name, builder, packed, bias, varies);
        var kernel = new ImplicitGemm(builder.Kernels, g, packed, epilogue, builder.Threads);
        builder.Add(new ConvolutionStep(name, kernel, x, y, addend));
    }

    private static Place AsMap(Place matrix) => matrix.SeenAs(Layout.ChannelsLast)!;

    private static ConvolutionGeometry Geometry(int rows, int inputs, int outputs) => new()
    {
        Batch = rows,
        InputChannels = inputs,
        InputHeight = 1,
        InputWidth = 1,
        OutputChannels = outputs,
        OutputHeight = 1,
        OutputWidth = 1,
    };
}
