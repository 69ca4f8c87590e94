namespace MlPipeline.Optimizers;

/// <summary>Maximum entropy (multinomial logistic regression) by stochastic dual coordinate ascent.</summary>
/// <remarks>
/// Minimises the weighted mean of -ln p(label) + L2 / 2 * |W, b|^2 + L1 * |W, b|_1; biases count as weights of a feature that is
/// always 1. Source: Shalev-Shwartz and Zhang, Accelerated proximal stochastic dual coordinate ascent (2014), with the exact
/// step of <see cref="EntropyStep"/>. With little regularisation the ascent closes the duality gap slowly; then L-BFGS goes on
/// from its weights, on the same objective to the same gap (<see cref="SdcaOptions.Polish"/>). Examples are worked on in groups
/// whose inner products are known, so that matrix products replace vector ones while each step still sees all steps before it.
/// Deterministic: the number of threads does not change a bit of the result.
/// </remarks>
public static class SdcaSolver
{
    /// <summary>Finds the model.</summary>
    /// <param name="samples">At least one example of positive weight.</param>
    /// <param name="options">Regularisation and limits; null for the defaults.</param>
    /// <param name="start">A model whose predictions are the first dual variables; null to start from zero weights.</param>
    /// <param name="progress">Told the primal objective whenever the duality gap is computed.</param>
    /// <param name="cancellation">Stops the search with an <see cref="OperationCanceledException"/>.</param>
    public static SolverResult Minimize(TrainingSamples samples, SdcaOptions? options = null, LinearModel? start = null,
        Action<SolverProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0 || samples.TotalWeight() == 0)
            throw new ArgumentException("There is no example to train on.", nameof(samples));

        return new SdcaRun(samples, options ?? new SdcaOptions(), start, cancellation).Minimize(progress);
    }
}
