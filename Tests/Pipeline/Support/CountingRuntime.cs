using System.Collections.Concurrent;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Pipeline.Tests;

/// <summary>The reference runtime, with a list of how many pictures each run had and how many outputs it gave.</summary>
internal sealed class CountingRuntime : IRuntime
{
    public ConcurrentQueue<(int Pictures, int Outputs)> Runs { get; } = new();

    public string Name => "counting";

    public string Identity => "counting";

    public ISession CreateSession(Graph graph, SessionOptions? options = null) =>
        new Session(this, new ReferenceRuntime().CreateSession(graph, options));

    private sealed class Session(CountingRuntime owner, ISession inner) : ISession
    {
        public IReadOnlyList<ValueInfo> Inputs => inner.Inputs;

        public IReadOnlyList<ValueInfo> Outputs => inner.Outputs;

        public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
        {
            var outputs = inner.Run(inputs);
            owner.Runs.Enqueue((inputs.Values.Single().Dimensions[0], outputs.Count));
            return outputs;
        }

        public void Dispose() => inner.Dispose();
    }
}
