using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Runtimes;

/// <summary>Runs a graph node by node, each by its operator's plain definition: slow, and the oracle for the others.</summary>
public sealed class ReferenceRuntime : IRuntime
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public string Identity { get; } = $"reference {EngineIdentity.Text}";

    /// <inheritdoc/>
    public ISession CreateSession(Graph graph, SessionOptions? options = null)
    {
        var outputs = (options ?? SessionOptions.Default).Outputs;
        return new ReferenceSession(outputs == null ? graph : graph.WithOutputs([.. outputs]));
    }
}
