using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// A graph ready to run, at any batch size and from many threads at once. Every row of a batch gets the same bits as if it ran
/// alone, whatever the number of threads.
/// </summary>
public interface ISession : IDisposable
{
    /// <summary>What <see cref="Run"/> needs.</summary>
    IReadOnlyList<ValueInfo> Inputs { get; }

    /// <summary>What <see cref="Run"/> gives.</summary>
    IReadOnlyList<ValueInfo> Outputs { get; }

    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">A tensor for each input, by name. Not changed.</param>
    /// <returns>A tensor for each output, by name, owned by the caller.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or shape than <see cref="Inputs"/>
    /// says.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs);
}
