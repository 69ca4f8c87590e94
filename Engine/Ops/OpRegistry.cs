using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Ops.Indexing;
using MlPipeline.Engine.Ops.MatrixProducts;
using MlPipeline.Engine.Ops.Normalization;
using MlPipeline.Engine.Ops.Pooling;
using MlPipeline.Engine.Ops.Reductions;
using MlPipeline.Engine.Ops.Resizing;
using MlPipeline.Engine.Ops.Shapes;

namespace MlPipeline.Engine.Ops;

/// <summary>The operators that graphs may have. A new one is its type in its family's folder and one line here.</summary>
internal static class OpRegistry
{
    private static readonly Dictionary<string, Op> Ops = new Op[]
    {
        new AbsOp(),
        new AddOp(),
        new AndOp(),
        new ArgMaxOp(),
        new ArgMinOp(),
        new AveragePoolOp(),
        new BatchNormalizationOp(),
        new CastLikeOp(),
        new CastOp(),
        new CeilOp(),
        new CeluOp(),
        new ClipOp(),
        new ConcatOp(),
        new ConstantOfShapeOp(),
        new ConvOp(),
        new CosOp(),
        new CumSumOp(),
        new DepthToSpaceOp(),
        new DivOp(),
        new DropoutOp(),
        new EinsumOp(),
        new EluOp(),
        new EqualOp(),
        new ErfOp(),
        new ExpOp(),
        new ExpandOp(),
        new FlattenOp(),
        new FloorOp(),
        new GatherOp(),
        new GatherElementsOp(),
        new GatherNDOp(),
        new GeluOp(),
        new GemmOp(),
        new GlobalAveragePoolOp(),
        new GlobalMaxPoolOp(),
        new GreaterOp(),
        new GreaterOrEqualOp(),
        new GroupNormalizationOp(),
        new HardmaxOp(),
        new HardSigmoidOp(),
        new HardSwishOp(),
        new IdentityOp(),
        new InstanceNormalizationOp(),
        new LayerNormalizationOp(),
        new LeakyReluOp(),
        new LessOp(),
        new LessOrEqualOp(),
        new LogOp(),
        new LogSoftmaxOp(),
        new LpNormalizationOp(),
        new LrnOp(),
        new MatMulOp(),
        new MaxOp(),
        new MaxPoolOp(),
        new MeanOp(),
        new MinOp(),
        new MishOp(),
        new ModOp(),
        new MulOp(),
        new NegOp(),
        new NotOp(),
        new OrOp(),
        new PadOp(),
        new PowOp(),
        new PReluOp(),
        new RangeOp(),
        new ReciprocalOp(),
        new ReduceL1Op(),
        new ReduceL2Op(),
        new ReduceLogSumOp(),
        new ReduceLogSumExpOp(),
        new ReduceMaxOp(),
        new ReduceMeanOp(),
        new ReduceMinOp(),
        new ReduceProdOp(),
        new ReduceSumOp(),
        new ReduceSumSquareOp(),
        new ReluOp(),
        new ReshapeOp(),
        new ResizeOp(),
        new RMSNormalizationOp(),
        new RoundOp(),
        new ScatterNDOp(),
        new SeluOp(),
        new ShapeOp(),
        new SigmoidOp(),
        new SignOp(),
        new SinOp(),
        new SizeOp(),
        new SliceOp(),
        new SoftmaxOp(),
        new SoftplusOp(),
        new SoftsignOp(),
        new SpaceToDepthOp(),
        new SplitOp(),
        new SqrtOp(),
        new SqueezeOp(),
        new SubOp(),
        new SumOp(),
        new SwishOp(),
        new TanhOp(),
        new ThresholdedReluOp(),
        new TileOp(),
        new TopKOp(),
        new TransposeOp(),
        new TriluOp(),
        new UnsqueezeOp(),
        new UpsampleOp(),
        new WhereOp(),
        new XorOp(),
    }.ToDictionary(op => op.Type, StringComparer.Ordinal);

    /// <summary>The names of all operators, in order.</summary>
    public static IEnumerable<string> Names => Ops.Keys.Order(StringComparer.Ordinal);

    /// <summary>The operator of a node.</summary>
    /// <exception cref="Onnx.OnnxException">There is none of that name.</exception>
    public static Op Of(Node node) => Ops.TryGetValue(node.OpType, out var op)
        ? op
        : throw node.Error("this operator is not supported");
}
