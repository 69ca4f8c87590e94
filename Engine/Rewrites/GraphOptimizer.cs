using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Rewrites a graph into an equal one that takes less to run.</summary>
public static class GraphOptimizer
{
    // A bound against rewrites that undo each other; real graphs settle in three or four rounds.
    private const int MostRounds = 20;

    // In the order in which they prepare for one another. A new rewrite is its file and one line here.
    private static readonly IRewrite[] Rewrites =
    [
        new RemoveUnused(),
        new FoldConstants(),
        new RemoveIdentities(),
        new JoinReshapes(),
        new MeanToGlobalPool(),
        new FuseGates(),
        new FuseGelu(),
        new FuseLayerNormalization(),
        new MatMulToGemm(),
        new FoldAffineIntoProducer(),
        new MergePad(),
        new FoldAffineIntoConv(),
        new JoinAffine(),
        new FuseResidual(),
        new FuseActivation(),
    ];

    /// <summary>
    /// Applies every rewrite until none finds anything more to do. Outputs keep their names; values in between may be gone, so
    /// what is to be read must be made an output first (<see cref="Graph.WithOutputs"/>). Results differ from the original's by
    /// rounding only.
    /// </summary>
    public static Graph Optimize(Graph graph)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var before = graph;
            foreach (var rewrite in Rewrites)
                graph = Apply(rewrite, graph);
            if (ReferenceEquals(graph, before))
                break;
        }

        return graph;
    }

    /// <summary>One rewrite, once; the same graph if there is nothing to do.</summary>
    internal static Graph Apply(IRewrite rewrite, Graph graph)
    {
        GraphEditor editor = new(graph);
        return rewrite.Apply(editor) ? editor.ToGraph() : graph;
    }
}
