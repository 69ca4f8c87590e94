using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Pooling;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Ops.Pooling;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>What kernels need to know of a node over maps of two dimensions.</summary>
internal static class NodeGeometry
{
    /// <summary>A convolution.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">Shape of its input, N x C x H x W.</param>
    /// <param name="w">Shape of its filters.</param>
    public static ConvolutionGeometry Convolution(Node node, int[] x, int[] w)
    {
        var window = ConvOp.Geometry(node, x, w);
        return new ConvolutionGeometry
        {
            Batch = x[0],
            InputChannels = x[1],
            InputHeight = x[2],
            InputWidth = x[3],
            OutputChannels = w[0],
            OutputHeight = window.Output[0],
            OutputWidth = window.Output[1],
            KernelHeight = w[2],
            KernelWidth = w[3],
            StrideY = window.Strides[0],
            StrideX = window.Strides[1],
            DilationY = window.Dilations[0],
            DilationX = window.Dilations[1],
            PadTop = window.PadsBegin[0],
            PadLeft = window.PadsBegin[1],
            Groups = (int)node.Attributes.Int("group", 1),
        };
    }

    /// <summary>A maximum or mean over windows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">Where its input lies.</param>
    /// <param name="output">Where its output lies.</param>
    public static PoolingGeometry Pooling(Node node, Place input, Place output)
    {
        var window = PoolOp.Geometry(node, input.Dimensions);
        return new PoolingGeometry
        {
            Batch = input.Batch,
            Channels = input.Channels,
            InputHeight = input.Height,
            InputWidth = input.Width,
            InputStride = input.PixelStride,
            OutputHeight = output.Height,
            OutputWidth = output.Width,
            OutputStride = output.PixelStride,
            KernelHeight = window.Kernel[0],
            KernelWidth = window.Kernel[1],
            StrideY = window.Strides[0],
            StrideX = window.Strides[1],
            DilationY = window.Dilations[0],
            DilationX = window.Dilations[1],
            PadTop = window.PadsBegin[0],
            PadLeft = window.PadsBegin[1],
            PadBottom = window.PadsEnd[0],
            PadRight = window.PadsEnd[1],
            Maximum = node.OpType == "MaxPool",
            CountPadding = node.Attributes.Int("count_include_pad") != 0,
        };
    }
}
