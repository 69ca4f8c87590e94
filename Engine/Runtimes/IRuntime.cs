using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Runtimes;

/// <summary>A way to run graphs.</summary>
public interface IRuntime
{
    /// <summary>The name by which <see cref="Runtime.ByName"/> finds it.</summary>
    string Name { get; }

    /// <summary>
    /// What the bits of its outputs may depend on beside the graph and the inputs, as one line of text: the runtime, its version
    /// or build, its execution provider, the width of the machine's vectors. Part of the key of cached features.
    /// </summary>
    string Identity { get; }

    /// <summary>Prepares a graph to be run.</summary>
    /// <param name="graph">The graph, as read or optimised.</param>
    /// <param name="options">How to run; <see cref="SessionOptions.Default"/> if null.</param>
    /// <exception cref="Onnx.OnnxException">This runtime cannot do what a node asks for.</exception>
    /// <exception cref="ArgumentException">The options name a value that the graph does not have.</exception>
    ISession CreateSession(Graph graph, SessionOptions? options = null);
}
