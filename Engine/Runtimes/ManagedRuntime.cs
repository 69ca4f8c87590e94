using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;

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
    public string Identity { get; } = $"managed {EngineIdentity.Text}";

    /// <summary>The vectors that this machine's kernels use, such as "X64, 256-bit vectors with FMA".</summary>
    public static string InstructionSet => EngineIdentity.InstructionSet;

    /// <inheritdoc/>
    public ISession CreateSession(Graph graph, SessionOptions? options = null) => Session(graph, options);

    /// <summary>Runs a graph several times and takes the times of the steps of its plan. A batch is run as one, never row by
    /// row.</summary>
    /// <param name="graph">The graph, as read or optimised.</param>
    /// <param name="inputs">A tensor for each input, by name.</param>
    /// <param name="runs">How often; the first run, in which code is compiled, does not count.</param>
    /// <param name="options">How to run; <see cref="SessionOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or shape; or there is no
    /// run.</exception>
    public IReadOnlyList<StepTiming> Profile(
        Graph graph, IReadOnlyDictionary<string, Tensor> inputs, int runs, SessionOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        using var session = Session(graph, options);
        return session.Profile(inputs, runs);
    }

    private static ManagedSession Session(Graph graph, SessionOptions? options)
    {
        options ??= SessionOptions.Default;
        var wanted = options.Outputs is { } outputs ? graph.WithOutputs([.. outputs]) : graph;
        return new ManagedSession(GraphOptimizer.Optimize(wanted), options.Threads);
    }
}
