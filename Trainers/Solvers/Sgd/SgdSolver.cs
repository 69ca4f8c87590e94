using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Solvers.Sgd;

/// <summary>Maximum entropy (multinomial logistic regression) by mini-batch gradient descent with momentum.</summary>
/// <remarks>
/// v = momentum * v - rate * gradient, W += v; with Nesterov, W += momentum * v - rate * gradient after the update of v (the form
/// of Bengio, Boulanger-Lewandowski and Pascanu, 2013). Deterministic: the number of threads does not change a bit of the result.
/// </remarks>
internal static class SgdSolver
{
    /// <summary>Descends for all epochs, or until <paramref name="afterEpoch"/> says stop.</summary>
    /// <param name="samples">At least one example.</param>
    /// <param name="options">Steps and limits; null for the defaults.</param>
    /// <param name="start">Where to start; null for zero weights.</param>
    /// <param name="afterEpoch">Told about each epoch; returns false to stop.</param>
    /// <param name="cancellation">Stops the search with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The last model. Its objective is the last epoch's mean loss, and not a number if the descent diverged; it then
    /// stops at once. <see cref="SolverResult.Converged"/> is true when <paramref name="afterEpoch"/> stopped it.</returns>
    public static SolverResult Minimize(FeatureMatrix samples, SgdOptions? options = null, LinearModel? start = null,
        Func<SgdEpoch, bool>? afterEpoch = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0 || samples.TotalWeight() == 0)
            throw new ArgumentException("There is no example to train on.", nameof(samples));
        return new SgdRun(samples, options ?? new SgdOptions(), start, cancellation).Minimize(afterEpoch);
    }
}
