using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

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

/// <summary>The interpreter behind <see cref="ReferenceRuntime"/>.</summary>
internal sealed class ReferenceSession : ISession
{
    private readonly Graph _graph;
    private readonly string[][] _freedAfter;
    private volatile bool _disposed;

    public ReferenceSession(Graph graph)
    {
        _graph = graph;
        Inputs = graph.Inputs;
        Outputs = [.. graph.Outputs.Select(graph.Describe)];
        _freedAfter = FindLastUses(graph);
    }

    public IReadOnlyList<ValueInfo> Inputs { get; }

    public IReadOnlyList<ValueInfo> Outputs { get; }

    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SessionInputs.Check(Inputs, inputs);
        Dictionary<string, Tensor> values = new(inputs, StringComparer.Ordinal);
        Tensor Find(string name) => values.TryGetValue(name, out var value) ? value : _graph.Constants[name];
        for (var n = 0; n < _graph.Nodes.Count; n++)
        {
            var node = _graph.Nodes[n];
            var made = OpRegistry.Of(node).Run(node, [.. node.Inputs.Select(i => i.Length == 0 ? null : Find(i))]);
            for (var i = 0; i < made.Length; i++)
            {
                if (node.Outputs[i].Length > 0)
                    values[node.Outputs[i]] = made[i];
            }

            foreach (var name in _freedAfter[n])
                values.Remove(name);
        }

        // Copied where it may share memory with an input, a constant or another output: the caller owns what it gets.
        return _graph.Outputs.ToDictionary(o => o, o => Find(o).Clone(), StringComparer.Ordinal);
    }

    public void Dispose() => _disposed = true;

    private static string[][] FindLastUses(Graph graph)
    {
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (var n = 0; n < graph.Nodes.Count; n++)
        {
            foreach (var name in graph.Nodes[n].Inputs.Concat(graph.Nodes[n].Outputs))
                last[name] = n;
        }

        var names = last.Where(l => l.Key.Length > 0 && !graph.Outputs.Contains(l.Key))
            .ToLookup(l => l.Value, l => l.Key);
        return [.. Enumerable.Range(0, graph.Nodes.Count).Select(n => names[n].ToArray())];
    }
}
