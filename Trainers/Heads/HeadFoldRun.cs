using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>Trains on all folds but one in turn, and scores that one. Folds run side by side; the result does not depend on
/// it.</summary>
internal sealed class HeadFoldRun
{
    private readonly TrainingSamples _samples;
    private readonly LinearHeadOptions _options;
    private readonly int _threads;
    private readonly int[] _fold;
    private readonly TrainingSamples[] _trainingSets;
    private readonly LinearModel?[] _models;
    private readonly float[][] _scores;

    /// <param name="samples">The rows.</param>
    /// <param name="options">How heads are trained.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="asGiven">Whether gradient descent is run as it is, because its own scores are wanted.</param>
    public HeadFoldRun(TrainingSamples samples, LinearHeadOptions options, int folds, bool asGiven = false)
    {
        _samples = samples;
        _threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;

        // Dual ascent and gradient descent reach the minimum that L-BFGS reaches sooner and can start from.
        var keep = options.Solver == HeadSolver.Svm || (asGiven && options.Solver == HeadSolver.Sgd);
        _options = options with
        {
            Solver = keep ? options.Solver : HeadSolver.Lbfgs,
            Tolerance = options.Solver == HeadSolver.Svm ? options.Tolerance : 1e-5,
            MaximumIterations = keep && options.Solver == HeadSolver.Sgd ? options.MaximumIterations : null,
            Threads = 1,
            Progress = null,
        };
        _fold = HeadFolds.Assign(samples.Labels, folds, options.Seed, samples.Groups);
        _trainingSets = [.. Enumerable.Range(0, folds).Select(fold =>
            samples.Subset([.. Enumerable.Range(0, samples.Count).Where(i => _fold[i] != fold)]))];
        _models = new LinearModel?[folds];
        _scores = [.. Enumerable.Range(0, samples.Count).Select(_ => new float[samples.ClassCount])];
    }

    /// <summary>The mean log-loss of held-out rows; for the SVM, with the factor that suits them best.</summary>
    public double LogLoss(double l2)
    {
        Train(l2);
        var factor = _options.Solver == HeadSolver.Svm ? Temperature() : 1;
        double loss = 0, total = 0;
        for (var i = 0; i < _samples.Count; i++)
        {
            double weight = _samples.Weights.IsEmpty ? 1 : _samples.Weights[i];
            double top = _scores[i].Max();
            var sum = _scores[i].Sum(score => Math.Exp(factor * (score - top)));
            loss += weight * (Math.Log(sum) - factor * (_scores[i][_samples.Labels[i]] - top));
            total += weight;
        }

        return loss / total;
    }

    /// <summary>The scores of all rows, each by the head that was trained without it.</summary>
    public HeldOutScores HeldOut(double l2)
    {
        Train(l2);
        return new HeldOutScores(_scores, _samples.Labels.ToArray());
    }

    private double Temperature() => TemperatureScaling.Fit(_scores, _samples.Labels.ToArray());

    private void Train(double l2)
    {
        Parallel.For(0, _trainingSets.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, fold =>
        {
            var model = HeadSolve.Run(_trainingSets[fold], _options, l2, _models[fold]);
            _models[fold] = model;
            for (var i = 0; i < _samples.Count; i++)
            {
                if (_fold[i] == fold)
                    model.Scores(_samples.Features(i), _scores[i]);
            }
        });
    }
}
