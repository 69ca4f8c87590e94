using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>Layers of a network and a new head on them, trained as <see cref="FineTuner"/> does, on pictures as they are in use:
/// what is changed at random, smoothed, dropped or mixed would blur what the steps look for.</summary>
internal sealed class LayersModel : RecipeModel
{
    private readonly FineTuningTask _task;
    private readonly FineTuningOptions _training;
    private readonly NetworkWithHead _network;

    /// <param name="task">The network and the pictures; the head is not trained first.</param>
    /// <param name="training">Which layers, and what follows the gradient.</param>
    /// <param name="options">How the recipe works.</param>
    /// <exception cref="JobException">There are no such layers.</exception>
    public LayersModel(FineTuningTask task, FineTuningOptions training, RecipeOptions options)
        : base(task.Pictures.Labels, task.Groups, task.ClassNames, options)
    {
        (_task, _training) = (task, training with { LabelSmoothing = 0, Dropout = 0 });
        FeatureCount = task.Backbone.FeatureCount;

        // A network with random weights has features that say nothing yet: its head stands on them as they are.
        var features = training.HeadFirst ? task.MeasureFeatures(Split.Train) : null;
        ConstantFeatures = features?.Deviations.Count(d => !(d > 0)) ?? 0;
        var weights = Normal(ClassCount * FeatureCount, HeadDeviation(FeatureCount), new SeededRandom(options.Seed));
        _network = new NetworkWithHead(task.Backbone, On(features, weights), features);
        var rate = training.LearningRate;
        Effort = new RecipeEffort(1e-3, [rate, rate * 3, rate / 10], 60, 30, [], 3, 2, 2);
    }

    public override string Subject => "the network";

    public override int FeatureCount { get; }

    public override int ConstantFeatures { get; }

    public override RecipeEffort Effort { get; }

    public override bool RunsSideBySide => false;

    public override double? LargestGradient => _training.LargestGradient;

    public override string Logits => NetworkWithHead.Logits;

    public override (TrainingPlan Plan, Optimizer Optimizer) Open(double weightDecay, int threads)
    {
        FineTuner tuner = new(_training with { WeightDecay = weightDecay }, Options.Seed, threads, JobProgress.None, default);
        var plan = tuner.PlanFor(_network);
        return (plan, tuner.OptimizerFor(_network, plan));
    }

    public override Tensor Inputs(IReadOnlyList<int> samples) =>
        _task.Pictures.Subset(samples).InOrder(samples.Count, default).Single().Images;

    // Where features are brought to mean 0 and mean variance 1, the weights shall have the deviation that was drawn.
    private LinearHeadWeights On(FeatureStatistics? features, float[] drawn)
    {
        var biases = new float[ClassCount];
        if (features is null)
            return new LinearHeadWeights(drawn, biases, _task.ClassNames);
        var deviation = Math.Sqrt(features.Deviations.Average(d => (double)d * d));
        var scale = (float)(deviation > 0 ? 1 / deviation : 1);
        float[] scaled = [.. drawn.Select(w => w * scale)];
        for (var c = 0; c < ClassCount; c++)
        {
            for (var k = 0; k < FeatureCount; k++)
                biases[c] -= scaled[(c * FeatureCount) + k] * features.Means[k];
        }

        return new LinearHeadWeights(scaled, biases, _task.ClassNames);
    }
}
