using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The logarithm of the sum of e^x over some dimensions.</summary>
internal sealed class ReduceLogSumExpOp() : ReductionOp("ReduceLogSumExp", axesInputSince: 18)
{
    public override double Start => double.NegativeInfinity;

    // What is folded is the logarithm so far: no power is taken of a number above 0, so none overflows.
    public override double Fold(double folded, double value)
    {
        double larger = Math.Max(folded, value), smaller = Math.Min(folded, value);
        return double.IsNegativeInfinity(smaller) || double.IsPositiveInfinity(larger) ? larger : larger + Math.Log(1 + Math.Exp(smaller - larger));
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32);
        return [ElementType.Float32];
    }
}
