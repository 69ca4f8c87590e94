using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.InnerProduct;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Products with a constant right-hand matrix (fully connected layers), and of stacks of matrices.</summary>
internal static class MatrixLowering
{
    public static bool TryLowerGemm(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]) || builder.ConstantOf(node.Inputs[1]) is not { } right
            || node.Attributes.Int("transA") != 0 || !builder.IsMap(node.Outputs[0]))
        {
            return false;
        }

        var transposed = node.Attributes.Int("transB") != 0;
        int depth = right.Shape[transposed ? 1 : 0], columns = right.Shape[transposed ? 0 : 1];
        float alpha = node.Attributes.Float("alpha", 1), beta = node.Attributes.Float("beta", 1);
        float[] bias = [];
        if (node.HasInput(2))
        {
            if (builder.ConstantOf(node.Inputs[2]) is not { } added || !IsRow(added, columns))
                return false;
            bias = new float[columns];
            for (var i = 0; i < columns; i++)
                bias[i] = beta * added.Floats[added.Length == 1 ? 0 : i];
        }

        var key = $"gemm\n{builder.KeyOf(node, 1)}\n{transposed}\n{alpha}\n{beta}";
        Lower(node, builder, right, depth, columns, transposed, alpha, bias, key);
        return true;
    }

    public static bool TryLowerMatMul(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]) || !builder.IsMap(node.Outputs[0]) || builder.ShapeOf(node.Inputs[0])!.Length < 2)
            return false;
        if (builder.ConstantOf(node.Inputs[1]) is not { Rank: 2 } right)
            return builder.ConstantOf(node.Inputs[1]) is null && TryLowerStacks(node, builder);
        Lower(node, builder, right, right.Shape[0], right.Shape[1], false, 1, [], $"matmul\n{builder.KeyOf(node.Inputs[1])}");
        return true;
    }

    private static bool TryLowerStacks(Node node, PlanBuilder builder)
    {
        var a = builder.ShapeOf(node.Inputs[0])!;
        if (!builder.IsMap(node.Inputs[1])
            || builder.ShapeOf(node.Inputs[1])! is not { Length: >= 2 } b || !a.AsSpan(..^2).SequenceEqual(b.AsSpan(..^2))
            || a.Contains(0) || b.Contains(0))
        {
            return false;
        }

        Place left = builder.Get(node.Inputs[0], Layout.RowMajor), right = builder.Get(node.Inputs[1], Layout.RowMajor);
        var output = builder.Output(node.Outputs[0], Layout.RowMajor);
        var matrices = (int)(left.Length / ((long)a[^2] * a[^1]));
        var activation = FusedActivation.Of(node);
        builder.Add(new MatrixProductStep(
            node.Name, builder.Threads, builder.Kernels, matrices, a[^2], a[^1], b[^1], activation.Clamp, left, right, output));
        activation.Finish(node, builder, output);
        return true;
    }

    private static bool IsRow(Tensor added, int columns) =>
        added.Length == 1 || (added.Length == columns && added.Shape[^1] == columns);

    private static void Lower(
        Node node,
        PlanBuilder builder,
        Tensor right,
        int depth,
        int columns,
        bool transposed,
        float alpha,
        float[] bias,
        string key)
    {
        var input = builder.Get(node.Inputs[0], Layout.RowMajor);
        var output = builder.Output(node.Outputs[0], Layout.RowMajor);
        var geometry = new ConvolutionGeometry
        {
            Batch = (int)(input.Length / depth),
            InputChannels = depth,
            InputHeight = 1,
            InputWidth = 1,
            OutputChannels = columns,
            OutputHeight = 1,
            OutputWidth = 1,
        };
        var activation = FusedActivation.Of(node);
        ConvolutionKernel kernel = transposed && alpha == 1
            ? new InnerProducts(builder.Kernels, geometry, (float[])right.Storage, bias, activation.Clamp, builder.Threads)
            : new ImplicitGemm(builder.Kernels, geometry, Packed(), activation.Clamp, builder.Threads);
        builder.Add(new ConvolutionStep(node.Name, kernel, input, output, null));
        activation.Finish(node, builder, output);

        ConvolutionWeights Packed() => builder.Weights.Get(key, () =>
        {
            var values = (float[])right.Storage;
            values = alpha == 1 ? values : Array.ConvertAll(values, v => alpha * v);
            return ConvolutionWeights.PackMatrix(
                builder.Kernels, depth, columns, values, transposed ? 1 : columns, transposed ? depth : 1, bias);
        });
    }
}
