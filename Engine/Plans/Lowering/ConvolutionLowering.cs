using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.Winograd;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>2-D convolutions with constant weights.</summary>
internal static class ConvolutionLowering
{
    /// <summary>Whether a node is a convolution that is always lowered.</summary>
    public static bool CanLower(Node node, Func<string, int[]?> shapeOf, Func<string, Tensor?> constantOf) =>
        node.OpType == "Conv" && shapeOf(node.Inputs[0]) is { Length: 4 } shape && !shape.Contains(0)
        && shapeOf(node.Outputs[0]) is { } output && !output.Contains(0)
        && constantOf(node.Inputs[1]) is not null
        && IsAbsentOrConstant(node, ConvOp.BiasInput, constantOf) && IsAbsentOrConstant(node, ConvOp.ScaleInput, constantOf);

    public static bool TryLower(Node node, PlanBuilder builder)
    {
        if (!CanLower(node, builder.ShapeOf, builder.ConstantOf))
            return false;
        var source = node.Inputs[0];
        InputScaling? scaling = null;
        if (builder.Absorbed.TryGetValue(source, out var normalization))
        {
            scaling = InputScalingFusion.Weights(normalization, builder);
            source = normalization.Inputs[0];
        }

        var input = builder.Get(source, Layout.ChannelsLast);
        var adds = node.HasInput(ConvOp.ResidualInput);
        var residual = adds ? builder.Get(node.Inputs[ConvOp.ResidualInput], Layout.ChannelsLast) : null;
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        var geometry = GeometryOf(node, builder) with
        {
            InputPixelStride = input.PixelStride,
            OutputPixelStride = output.PixelStride,
            ResidualPixelStride = residual?.PixelStride ?? 0,
        };
        var activation = FusedActivation.Of(node);
        var kernel = Kernel(node, builder, geometry, activation.Clamp, scaling);
        builder.Add(new ConvolutionStep(node.Name, kernel, input, output, residual));
        activation.Finish(node, builder, output);
        return true;
    }

    /// <summary>How many times larger packed weights are than plain ones, about.</summary>
    public static double WeightGrowth(Node node, PlanBuilder builder)
    {
        var geometry = GeometryOf(node, builder);
        return ConvolutionChoice.Winograd(geometry) is { } form
            ? (double)form.Matrices / (geometry.KernelHeight * geometry.KernelWidth)
            : 1;
    }

    private static bool IsAbsentOrConstant(Node node, int input, Func<string, Tensor?> constantOf) =>
        !node.HasInput(input) || constantOf(node.Inputs[input]) is not null;

    private static ConvolutionGeometry GeometryOf(Node node, PlanBuilder builder) =>
        NodeGeometry.Convolution(node, builder.ShapeOf(node.Inputs[0])!, builder.ShapeOf(node.Inputs[1])!);

    private static ConvolutionKernel Kernel(
        Node node, PlanBuilder builder, ConvolutionGeometry geometry, ConvolutionEpilogue epilogue, InputScaling? scaling)
    {
        var weights = (float[])builder.ConstantOf(node.Inputs[1])!.Storage;
        string KeyOf(int input) => node.HasInput(input) ? builder.KeyOf(node.Inputs[input]) : string.Empty;
        float[] Values(int input) => node.HasInput(input) ? (float[])builder.ConstantOf(node.Inputs[input])!.Storage : [];
        var name = $"{KeyOf(1)}\n{KeyOf(ConvOp.BiasInput)}\n{KeyOf(ConvOp.ScaleInput)}\n{geometry.Groups}";
        if (geometry.Groups > 1 && DepthwiseConvolution.CanDo(geometry))
        {
            var taps = geometry.KernelHeight * geometry.KernelWidth;
            var depthwise = builder.Weights.Get($"depthwise\n{name}", () =>
                new DepthwiseWeights(geometry.InputChannels, taps, weights, Values(ConvOp.BiasInput), Values(ConvOp.ScaleInput)));
            return new DepthwiseConvolution(builder.Kernels, geometry, depthwise, epilogue, builder.Threads);
        }

        if (scaling is null && ConvolutionChoice.Winograd(geometry) is { } form)
        {
            var transformed = builder.Weights.Get($"winograd {form}\n{name}", () =>
                WinogradWeights.Pack(
                    builder.Kernels, form, geometry, weights, Values(ConvOp.BiasInput), Values(ConvOp.ScaleInput)));
            return new WinogradConvolution(builder.Kernels, form, geometry, transformed, epilogue, builder.Threads);
        }

        var packed = builder.Weights.Get($"gemm\n{name}", () =>
            ConvolutionWeights.Pack(
                builder.Kernels, geometry, weights, Values(ConvOp.BiasInput), Values(ConvOp.ScaleInput)));
        return new ImplicitGemm(builder.Kernels, geometry, packed, epilogue, builder.Threads, scaling);
    }
}
