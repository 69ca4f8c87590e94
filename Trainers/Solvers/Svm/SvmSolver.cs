using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers.Svm;

/// <summary>Linear support vector machines, one class against all others, by dual coordinate descent.</summary>
/// <remarks>
/// For each class, minimises 1/2 |w, b|^2 + C * sum of weight * max(0, 1 - y (w . x + b))^2, y being 1 for the class and -1
/// for others;
/// the bias counts as the weight of a feature that is always 1. Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, A dual
/// coordinate descent method for large-scale linear SVM (2008). Classes are independent, so they run on as many threads as there
/// are, without a change in any bit.
/// </remarks>
internal static class SvmSolver
{
    /// <summary>Bytes of weights that a group of classes may have.</summary>
    private const int CachedWeights = 20 << 10;

    /// <summary>Finds the model; its scores are margins. <see cref="SolverResult.Objective"/> is the sum over classes.</summary>
    /// <param name="samples">At least one example.</param>
    /// <param name="options">Penalty and limits; null for the defaults.</param>
    /// <param name="progress">Told the primal objective of a class when it is done; the iteration counts classes done.</param>
    /// <param name="cancellation">Stops the search with an <see cref="OperationCanceledException"/>.</param>
    public static SolverResult Minimize(FeatureMatrix samples, SvmOptions? options = null,
        Action<SolverProgress>? progress = null,
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
        for (var i = 0; i < squaredNorms.Length; i++)
            squaredNorms[i] = 1f + LinearKernels.Dot(samples.Row(i), samples.Row(i));
        var threads = Work.Threads(options.Threads, (long)samples.Count * features * classes);
        var size = GroupSize(samples, threads);
        var done = 0;
        var reporting = new Lock();
        Work.ForEach((classes + size - 1) / size, threads, group =>
        {
            int first = group * size, count = Math.Min(size, classes - first);
            var run = new SvmGroupRun(samples, options, first, count, squaredNorms, cancellation);
            run.Minimize();
            run.Objectives().CopyTo(objectives, first);
            for (var c = 0; c < count; c++)
            {
                iterations[first + c] = run.PassesOf(c);
                run.WeightsOf(c).CopyTo(weights.AsSpan((first + c) * features, features));
                biases[first + c] = run.BiasOf(c);
                lock (reporting)
                    progress?.Invoke(new SolverProgress(++done, objectives[first + c]));
            }
        });

        return new SolverResult(new LinearModel(weights, biases), objectives.Sum(), iterations.Max(),
            iterations.All(count => count < options.MaximumIterations));
    }

    // A row is read once for all classes of a group; their weights stay in the first cache level. Groups do not change the
    // result.
    private static int GroupSize(FeatureMatrix samples, int threads)
    {
        var fitting = Math.Clamp(CachedWeights / (samples.Stride * sizeof(float)), 1, SvmGroupRun.MostClasses);
        return Math.Min(fitting, (samples.ClassCount + threads - 1) / threads);
    }
}
