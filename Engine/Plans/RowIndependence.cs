using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>Tells whether a graph treats every row of a batch by itself, so that a batch may be run row by row.</summary>
internal static class RowIndependence
{
    public static bool Of(Graph graph)
    {
        if (!graph.HasKnownShapes || graph.Inputs.Any(i => i.Type != ElementType.Float32 || i.Dimensions is not [-1, ..]))
            return false;
        string first = graph.Inputs[0].Name;
        return graph.Outputs.All(o => graph.TypeOf(o) == ElementType.Float32 && FollowsBatch(graph.Probe.First, o, first)
                && FollowsBatch(graph.Probe.Second, o, first))
            && graph.Nodes.All(n => !OpRegistry.Of(n).MixesRows(n, [.. n.Inputs.Select(i => i.Length == 0 ? null : graph.Probe.First.FactOf(i))]));
    }

    private static bool FollowsBatch(GraphShapes shapes, string output, string input) =>
        shapes.Of(output) is [int rows, ..] && rows == shapes.Of(input)[0];
}
