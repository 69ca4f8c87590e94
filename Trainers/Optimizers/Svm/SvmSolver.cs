namespace MlPipeline.Optimizers;

/// <summary>Linear support vector machines, one class against all others, by dual coordinate descent.</summary>
/// <remarks>
/// For each class, minimises 1/2 |w, b|^2 + C * sum of weight * loss(y (w . x + b)), y being 1 for the class and -1 for others;
/// the bias counts as the weight of a feature that is always 1. Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, A dual
/// coordinate descent method for large-scale linear SVM (2008). Classes are independent, so they run on as many threads as there
/// are, without a change in any bit.
/// </remarks>
public static class SvmSolver
{
    /// <summary>Finds the model; its scores are margins. <see cref="SolverResult.Objective"/> is the sum over classes.</summary>
    /// <param name="samples">At least one example.</param>
    /// <param name="options">Penalty and limits; null for the defaults.</param>
    /// <param name="progress">Told the primal objective of a class when it is done; the iteration counts classes done.</param>
    /// <param name="cancellation">Stops the search with an <see cref="OperationCanceledException"/>.</param>
    public static SolverResult Minimize(TrainingSamples samples, SvmOptions? options = null, Action<SolverProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0)
            throw new ArgumentException("There is no example to train on.", nameof(samples));

        options ??= new SvmOptions();
        int classes = samples.ClassCount, features = samples.FeatureCount;
        var weights = new float[checked(classes * features)];
        var biases = new float[classes];
        var iterations = new int[classes];
        var objectives = new double[classes];
        var squaredNorms = new float[samples.Count];
        for (int i = 0; i < squaredNorms.Length; i++)
            squaredNorms[i] = 1f + LinearKernels.Dot(samples.Features(i), samples.Features(i));

        int done = 0;
        var reporting = new Lock();
        Work.ForEach(classes, Work.Threads(options.Threads, (long)samples.Count * features * classes), positive =>
        {
            var run = new SvmClassRun(samples, options, positive, squaredNorms, cancellation);
            iterations[positive] = run.Minimize();
            objectives[positive] = run.Objective();
            run.Weights.CopyTo(weights.AsSpan(positive * features, features));
            biases[positive] = run.Bias;
            lock (reporting)
                progress?.Invoke(new SolverProgress(++done, objectives[positive]));
        });

        return new SolverResult(new LinearModel(weights, biases), objectives.Sum(), iterations.Max(),
            iterations.All(count => count < options.MaximumIterations));
    }
}
