using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Elementwise;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// Which lowering takes which operator. A lowering adds steps and returns true, or adds nothing and returns false.
/// </summary>
internal static class Lowerings
{
    private static readonly Dictionary<string, Func<Node, PlanBuilder, bool>> s_lowerings = new(StringComparer.Ordinal)
    {
        ["Conv"] = ConvolutionLowering.TryLower,
        ["Gemm"] = MatrixLowering.TryLowerGemm,
        ["MatMul"] = MatrixLowering.TryLowerMatMul,
        ["MaxPool"] = PoolingLowering.TryLower,
        ["AveragePool"] = PoolingLowering.TryLower,
        ["GlobalAveragePool"] = PoolingLowering.TryLowerGlobal,
        ["GlobalMaxPool"] = PoolingLowering.TryLowerGlobal,
        ["ReduceMean"] = PoolingLowering.TryLowerMean,
        ["BatchNormalization"] = NormalizationLowering.TryLowerBatch,
        ["LRN"] = NormalizationLowering.TryLowerLocalResponse,
        ["LayerNormalization"] = NormalizationLowering.TryLowerLayer,
        ["Softmax"] = NormalizationLowering.TryLowerSoftmax,
        ["Relu"] = ElementwiseLowering.TryLowerClamp,
        ["Clip"] = ElementwiseLowering.TryLowerClamp,
        ["PRelu"] = ElementwiseLowering.TryLowerSlope,
        ["Add"] = ElementwiseLowering.TryLowerBinary,
        ["Sub"] = ElementwiseLowering.TryLowerBinary,
        ["Mul"] = ElementwiseLowering.TryLowerBinary,
        ["Div"] = ElementwiseLowering.TryLowerBinary,
        ["Sum"] = ElementwiseLowering.TryLowerSum,
        ["Concat"] = (node, builder) => ShapeLowering.TryLowerConcat(node, builder) || PartLowering.TryLowerConcat(node, builder),
        ["Identity"] = ShapeLowering.TryLowerSame,
        ["Dropout"] = ShapeLowering.TryLowerSame,
        ["Flatten"] = ShapeLowering.TryLowerReshape,
        ["Reshape"] = ShapeLowering.TryLowerReshape,
        ["Squeeze"] = ShapeLowering.TryLowerReshape,
        ["Unsqueeze"] = ShapeLowering.TryLowerReshape,
        ["Transpose"] = ShapeLowering.TryLowerTranspose,
        ["Split"] = (node, builder) => ShapeLowering.TryLowerSplit(node, builder) || PartLowering.TryLowerSplit(node, builder),
        ["Slice"] = PartLowering.TryLowerSlice,
        ["Gather"] = PartLowering.TryLowerGather,
    };

    /// <summary>Adds the steps of a node; false if it must run as its plain operator.</summary>
    public static bool TryLower(Node node, PlanBuilder builder)
    {
        if (s_lowerings.TryGetValue(node.OpType, out var lowering))
            return lowering(node, builder);
        return OpRegistry.Of(node) is UnaryOp && ElementwiseLowering.TryLowerFunction(node, builder);
    }

    /// <summary>Bytes of packed weights that a node reads in a run; an estimate.</summary>
    public static long PackedBytes(Node node, PlanBuilder builder)
    {
        var bytes = node.Inputs.Where(i => i.Length > 0).Sum(i => builder.ConstantOf(i)?.Length ?? 0L) * sizeof(float);
        var isConvolution = ConvolutionLowering.CanLower(node, builder.ShapeOf, builder.ConstantOf);
        return isConvolution ? (long)(bytes * ConvolutionLowering.WeightGrowth(node, builder)) : bytes;
    }
}
