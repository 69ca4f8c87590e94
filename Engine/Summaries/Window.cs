using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Summaries;

/// <summary>The sliding window of a convolution or a pooling layer.</summary>
/// <param name="Kernel">Height and width.</param>
/// <param name="Stride">Vertical and horizontal step.</param>
/// <param name="Dilation">Distance between neighbouring taps.</param>
/// <param name="Padding">Top, left, bottom, right.</param>
internal sealed record Window(int[] Kernel, int[] Stride, int[] Dilation, int[] Padding)
{
    public static Window? Of(Node node, GraphShapes shapes)
    {
        if (node.OpType is not ("Conv" or "MaxPool" or "AveragePool"))
            return null;
        var kernel = Read(node, "kernel_shape") ?? [.. shapes.Of(node.Inputs[1]).Skip(2)];
        var axes = kernel.Length;
        var stride = Read(node, "strides") ?? Ones(axes);
        var dilation = Read(node, "dilations") ?? Ones(axes);
        return new Window(kernel, stride, dilation, Read(node, "pads") ?? AutoPad(node, shapes, kernel, stride, dilation));
    }

    // SAME pads so that the output has ceil(input / stride) elements; the odd one goes to the end, or the start for SAME_LOWER.
    private static int[] AutoPad(Node node, GraphShapes shapes, int[] kernel, int[] stride, int[] dilation)
    {
        var axes = kernel.Length;
        var pads = new int[2 * axes];
        var mode = node.Attributes.Text("auto_pad", "NOTSET");
        if (!mode.StartsWith("SAME", StringComparison.Ordinal))
            return pads;
        var input = shapes.Of(node.Inputs[0]);
        var output = shapes.Of(node.Outputs[0]);
        for (var axis = 0; axis < axes; axis++)
        {
            var reach = (kernel[axis] - 1) * dilation[axis] + 1;
            var all = Math.Max(0, (output[axis + 2] - 1) * stride[axis] + reach - input[axis + 2]);
            pads[axis] = mode == "SAME_LOWER" ? all - all / 2 : all / 2;
            pads[axis + axes] = all - pads[axis];
        }

        return pads;
    }

    private static int[]? Read(Node node, string name) =>
        node.Attributes.Ints(name) is { } values ? Array.ConvertAll(values, v => (int)v) : null;

    private static int[] Ones(int count)
    {
        var ones = new int[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
