using MlPipeline.Data.Splits;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>What the recipe is followed on: samples, and a network with a new head that learns them on the engine, as the trainer
/// trains it.</summary>
internal abstract class RecipeModel
{
    /// <param name="labels">The class of each sample.</param>
    /// <param name="groups">Equal numbers for samples that stay on one side of a split; empty when all may be parted.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="options">How the recipe works.</param>
    /// <exception cref="DataSourceException">A class has fewer than two samples.</exception>
    protected RecipeModel(IReadOnlyList<int> labels, IReadOnlyList<int> groups, IReadOnlyList<string> classNames,
        RecipeOptions options)
    {
        (Labels, Groups, ClassCount, Options) = (labels, groups, classNames.Count, options);
        Split = StratifiedSplit.TrainTest(labels, options.ValidationFraction, options.Seed, groups, classNames);
        if (Split.Train.Count == 0 || Split.Test.Count == 0)
            throw new ArgumentException($"{labels.Count} samples cannot be split into some to train on and some to test on.");
    }

    public IReadOnlyList<int> Labels { get; }

    public IReadOnlyList<int> Groups { get; }

    public int ClassCount { get; }

    public DataSplit Split { get; }

    /// <summary>What learns, in messages.</summary>
    public abstract string Subject { get; }

    /// <summary>How many features the head stands on.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>Those of them that are the same in all training samples.</summary>
    public abstract int ConstantFeatures { get; }

    /// <summary>How much work the steps may make.</summary>
    public abstract RecipeEffort Effort { get; }

    /// <summary>Whether trainings are so small that they run side by side, each on one thread.</summary>
    public abstract bool RunsSideBySide { get; }

    /// <summary>The greatest length of a gradient; null: as it is.</summary>
    public virtual double? LargestGradient => null;

    /// <summary>The value of the graph that the loss is taken of.</summary>
    public abstract string Logits { get; }

    protected RecipeOptions Options { get; }

    /// <summary>The untrained network, ready for steps with a weight decay.</summary>
    public abstract (TrainingPlan Plan, Optimizer Optimizer) Open(double weightDecay, int threads);

    /// <summary>Some samples as the network takes them.</summary>
    public abstract Tensor Inputs(IReadOnlyList<int> samples);

    /// <summary>The first weights of a layer: normal with mean 0.</summary>
    protected static float[] Normal(int count, double deviation, SeededRandom random)
    {
        var weights = new float[count];
        for (var i = 0; i < count; i++)
            weights[i] = (float)(deviation * random.NextNormal());
        return weights;
    }

    /// <summary>The deviation of the head's first weights, small enough for the loss of a guess.</summary>
    protected double HeadDeviation(int inputs) => Options.InitialDeviation ?? 0.1 / Math.Sqrt(inputs);
}

/// <summary>How much work the steps of a recipe may make.</summary>
/// <param name="InitialDecay">The weight decay that step 1 adds to the loss.</param>
/// <param name="HandfulRates">The rates that a handful is fitted with, until one does.</param>
/// <param name="HandfulSteps">Most steps for it.</param>
/// <param name="RateSteps">Steps in which a rate must make the loss fall.</param>
/// <param name="FinerDecays">What the refined grid tries beside the weight decay of the coarse one.</param>
/// <param name="Longer">How many times as many epochs the refined grid has as the coarse one.</param>
/// <param name="Rounds">Most rounds in which what the curves ask for is tried.</param>
/// <param name="Remedies">Most settings that are tried in a round.</param>
internal sealed record RecipeEffort(double InitialDecay, IReadOnlyList<double> HandfulRates, int HandfulSteps, int RateSteps,
    IReadOnlyList<double> FinerDecays, int Longer, int Rounds, int Remedies);
