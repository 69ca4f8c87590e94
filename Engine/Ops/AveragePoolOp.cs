using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The mean of each window. With <c>count_include_pad</c> padding counts as zeros; what lies beyond it, where sizes are rounded
/// up, never counts.
/// </summary>
internal sealed class AveragePoolOp() : PoolOp("AveragePool", "count_include_pad")
{
    protected override float Reduce(Node node, ReadOnlySpan<float> inside, int padded)
    {
        double sum = 0;
        foreach (var value in inside)
            sum += value;

        var count = node.Attributes.Int("count_include_pad") != 0 ? inside.Length + padded : inside.Length;
        return count == 0 ? 0 : (float)(sum / count);
    }
}
