using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Lbfgs;
using MlPipeline.Trainers.Solvers.Sgd;
using MlPipeline.Trainers.Solvers.Svm;

namespace MlPipeline.Trainers.Heads;

/// <summary>Runs the solver that the options name, with L2 against the sum of losses for all of them.</summary>
internal static class HeadSolve
{
    private const int SgdEpochs = 100;

    public static LinearModel Run(FeatureMatrix samples, LinearHeadOptions options, double l2, LinearModel? start)
    {
        var progress = options.Progress;
        var cancellation = options.Cancellation;
        switch (options.Solver)
        {
            case HeadSolver.Lbfgs:
                var lbfgs = new LbfgsOptions
                {
                    L2Regularization = l2,
                    L1Regularization = options.L1Regularization,
                    Tolerance = options.Tolerance ?? 1e-6,
                    MaximumIterations = options.MaximumIterations ?? int.MaxValue,
                    Threads = options.Threads,
                };
                return LbfgsSolver.Minimize(samples, lbfgs, start, progress, cancellation).Model;
            case HeadSolver.Sgd:
                return Sgd(samples, options, l2 / samples.TotalWeight(), start);
            case HeadSolver.Svm:
                var svm = new SvmOptions
                {
                    C = 1 / AboveZero(l2),
                    Tolerance = options.Tolerance ?? 0.1,
                    MaximumIterations = options.MaximumIterations ?? 1000,
                    Seed = options.Seed,
                    Threads = options.Threads,
                };
                return SvmSolver.Minimize(samples, svm, progress, cancellation).Model;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Solver, "There is no such solver.");
        }
    }

    private static LinearModel Sgd(FeatureMatrix samples, LinearHeadOptions options, double l2, LinearModel? start)
    {
        var epochs = options.MaximumIterations ?? SgdEpochs;
        var sgd = new SgdOptions
        {
            Epochs = epochs,
            BatchSize = options.BatchSize,
            LearningRate = epoch => options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * epoch / epochs)),
            Momentum = options.Momentum,
            L2Regularization = l2,
            L1Regularization = options.L1Regularization / samples.TotalWeight(),
            Seed = options.Seed,
            Threads = options.Threads,
        };
        var result = SgdSolver.Minimize(samples, sgd, start, epoch =>
        {
            options.Progress?.Invoke(new SolverProgress(epoch.Epoch, epoch.MeanLoss));
            return true;
        }, options.Cancellation);
        return double.IsFinite(result.Objective)
            ? result.Model
            : throw new InvalidOperationException($"Training diverged: the learning rate {options.LearningRate} is too high.");
    }

    private static double AboveZero(double l2) => l2 > 0
        ? l2
        : throw new ArgumentOutOfRangeException(nameof(l2), l2, "The SVM needs an L2Regularization above 0.");
}
