using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Rewrites;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// Runs graphs by optimised plans in pure .NET: fused, packed, vectorised for the machine it runs on, on all cores. The default.
/// </summary>
/// <remarks>A session makes a plan for each input shape it meets (and keeps the latest few); packed weights are shared by all of
/// them.</remarks>
public sealed class ManagedRuntime : IRuntime
{
    /// <summary>A runtime. The first one of a process begins to compile what every network needs, in the background.</summary>
    public ManagedRuntime() => Warmup.Begin();

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public ISession CreateSession(Graph graph, SessionOptions? options = null)
    {
        options ??= SessionOptions.Default;
        Graph wanted = options.Outputs is { } outputs ? graph.WithOutputs([.. outputs]) : graph;
        return new ManagedSession(GraphOptimizer.Optimize(wanted), options.Threads);
    }
}
