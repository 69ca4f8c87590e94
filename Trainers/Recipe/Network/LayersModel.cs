using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>Layers of a pretrained network and a new head on them, trained as <see cref="FineTuner"/> does, on pictures as they are
/// in use: what is changed at random, smoothed or mixed would blur what the steps look for.</summary>
internal sealed class LayersModel : RecipeModel
{
    private readonly Backbone _backbone;
    private readonly FineTuningOptions _training;
    private readonly float[][] _pictures;
    private readonly NetworkWithHead _network;

    /// <param name="backbone">The network.</param>
    /// <param name="training">Which layers, and what follows the gradient.</param>
    /// <param name="pictures">Each picture as the network takes it.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="groups">Equal numbers for pictures that stay on one side of a split.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="measureFeatures">Measures the pooled features of some of the pictures.</param>
    /// <param name="options">How the recipe works.</param>
    /// <exception cref="JobException">There are no such layers.</exception>
    public LayersModel(Backbone backbone, FineTuningOptions training, float[][] pictures, IReadOnlyList<int> labels,
        IReadOnlyList<int> groups, IReadOnlyList<string> classNames,
        Func<IReadOnlyList<int>, FeatureStatistics> measureFeatures, RecipeOptions options)
        : base(labels, groups, classNames, options)
    {
        (_backbone, _pictures) = (backbone, pictures);
        _training = training with { LabelSmoothing = 0, Dropout = 0 };
        FeatureCount = backbone.FeatureCount;
        var features = measureFeatures(Split.Train);
        ConstantFeatures = features.Deviations.Count(d => !(d > 0));
        var weights = Normal(ClassCount * FeatureCount, HeadDeviation(FeatureCount), new Random(options.Seed));

        // On features with mean 0 and mean variance 1: there the weights have the deviation that was drawn.
        var deviation = Math.Sqrt(features.Deviations.Average(d => (double)d * d));
        var scale = (float)(deviation > 0 ? 1 / deviation : 1);
        float[] scaled = [.. weights.Select(w => w * scale)];
        var biases = new float[ClassCount];
        for (var c = 0; c < ClassCount; c++)
        {
            for (var k = 0; k < FeatureCount; k++)
                biases[c] -= scaled[(c * FeatureCount) + k] * features.Means[k];
        }

        _network = new NetworkWithHead(backbone, new LinearHeadWeights(scaled, biases, classNames), features);
        var rate = training.LearningRate;
        Effort = new RecipeEffort(1e-3, [rate, rate * 3, rate / 10], 60, 40, [], 3, 2, 2);
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
        _backbone.InputOf([.. samples.SelectMany(i => _pictures[i])], samples.Count);
}
