using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>The largest element of each window; padding never wins. The second output (where it was) is not supported.</summary>
internal sealed class MaxPoolOp() : PoolOp("MaxPool", "storage_order")
{
    protected override float Reduce(Node node, ReadOnlySpan<float> inside, int padded)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in inside)
            largest = MathF.Max(largest, value);

        return largest;
    }
}
