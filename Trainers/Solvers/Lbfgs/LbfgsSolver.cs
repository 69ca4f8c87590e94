using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Objectives;

namespace MlPipeline.Trainers.Solvers.Lbfgs;

/// <summary>
/// Maximum entropy (multinomial logistic regression) by L-BFGS; with L1, by its orthant-wise variant.
/// </summary>
/// <remarks>
/// Minimises sum of weight * -ln p(label) + L2 / 2 * |W|^2 + L1 * |W|_1; biases are not regularised. Sources: Nocedal and Wright,
/// Numerical Optimization, chapter 7; Andrew and Gao, Scalable training of L1-regularized log-linear models (2007).
/// Deterministic: the number of threads does not change a bit of the result.
/// </remarks>
internal static class LbfgsSolver
{
    /// <summary>Finds the model.</summary>
    /// <param name="samples">At least one example.</param>
    /// <param name="options">Regularisation and limits; null for the defaults.</param>
    /// <param name="start">Where to start; null for zero weights and biases that predict the class frequencies.</param>
    /// <param name="progress">Told after each iteration.</param>
    /// <param name="cancellation">Stops the search with an <see cref="OperationCanceledException"/>.</param>
    public static SolverResult Minimize(FeatureMatrix samples, LbfgsOptions? options = null, LinearModel? start = null,
        Action<SolverProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0)
            throw new ArgumentException("There is no example to train on.", nameof(samples));
        options ??= new LbfgsOptions();
        var objective = new SoftmaxObjective(samples, options.L2Regularization, options.Threads);
        var run = new LbfgsRun(objective, options, objective.ParametersOf(start), progress, cancellation);
        return run.Minimize();
    }
}
