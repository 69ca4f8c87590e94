using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The logarithm of the sum over some dimensions.</summary>
internal sealed class ReduceLogSumOp() : ReductionOp("ReduceLogSum", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + value;

    public override double Finish(double folded, int count) => Math.Log(folded);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32);
        return [ElementType.Float32];
    }
}
