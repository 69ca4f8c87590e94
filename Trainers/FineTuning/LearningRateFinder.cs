using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>
/// The range test (Smith 2017, section 3.3): the rate rises evenly on a logarithmic scale from step to step, over one pass or as
/// many as give enough steps, until the loss has grown well above its least value.
/// </summary>
internal static class LearningRateFinder
{
    private const double Lowest = 1e-5;
    private const double Highest = 1;
    private const int FewestSteps = 60;
    private const int MostSteps = 300;
    private const double Smoothing = 0.9;
    private const double TooMuch = 2;
    private const double Caution = 1.0 / 3;

    /// <summary>Tries rates; the plan's weights are spoilt by it.</summary>
    /// <exception cref="JobException">No rate made the loss a number.</exception>
    public static LearningRateCurve Run(TrainingPlan plan, Optimizer optimizer, TrainingPictures pictures,
        FineTuningOptions options, IJobProgress progress, CancellationToken cancellation)
    {
        var steps = Math.Clamp(pictures.BatchesOf(options.BatchSize), FewestSteps, MostSteps);
        List<double> rates = [], losses = [];
        var (mean, least, at) = (0.0, double.PositiveInfinity, 0);
        using var stage = progress.Begin("learning rate", steps, "steps");
        foreach (var batch in Enumerable.Range(1, steps).SelectMany(e => pictures.Epoch(options, e, 0, cancellation)).Take(steps))
        {
            var rate = Lowest * Math.Pow(Highest / Lowest, rates.Count / (steps - 1.0));
            var (found, length) = FineTuner.Step(plan, optimizer, batch, rate, options, cancellation);
            if (!double.IsFinite(found.Loss) || !double.IsFinite(length))
                break;
            mean = (Smoothing * mean) + ((1 - Smoothing) * found.Loss);
            rates.Add(rate);
            losses.Add(mean / (1 - Math.Pow(Smoothing, rates.Count)));
            if (losses[^1] < least)
                (least, at) = (losses[^1], rates.Count - 1);
            else if (losses[^1] > TooMuch * least)
                break;
            stage.Report(rates.Count, $", loss {losses[^1]:0.000}");
        }

        return rates.Count > 0 ? new LearningRateCurve(rates, losses, rates[at] * Caution)
            : throw new JobException("No learning rate can be found: the loss of the first step is no number.");
    }
}
