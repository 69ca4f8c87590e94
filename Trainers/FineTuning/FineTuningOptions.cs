using MlPipeline.Trainers.Solvers;

namespace MlPipeline;

/// <summary>
/// How the layers of a pretrained network are trained on together with the head. The head is trained first, alone, by the job's
/// own solver; from there on both follow the gradient (Yosinski et al. 2014, section 2). Immutable; every value is checked when
/// set.
/// </summary>
public sealed record FineTuningOptions
{
    /// <summary>The value of <see cref="Layers"/> for the layers from the last change of resolution on.</summary>
    public const string LastStage = "last-stage";

    /// <summary>The value of <see cref="Layers"/> for the whole network.</summary>
    public const string All = "all";

    /// <summary>What is trained: <see cref="LastStage"/> (default), <see cref="All"/>, the name of a stage
    /// (<see cref="Backbone.Stages"/>) or of a node, from which on all layers are.</summary>
    public string Layers { get; init; } = LastStage;

    /// <summary>Passes over the pictures. Default 10.</summary>
    public int Epochs { get; init => field = OptionCheck.AtLeast(1, value); } = 10;

    /// <summary>Most pictures in a step; the steps of an epoch have as many, give or take one. Default 32.</summary>
    public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 32;

    /// <summary>The head's highest learning rate: reached after the first epoch, then falling to 0 along half a cosine
    /// (Loshchilov and Hutter 2017, section 3). Default 0.02.</summary>
    public double LearningRate { get; init => field = OptionCheck.Positive(value); } = 0.02;

    /// <summary>What the learning rate of the pretrained layers is multiplied by. Default 0.1.</summary>
    public double PretrainedRate { get; init => field = OptionCheck.Positive(value); } = 0.1;

    /// <summary>The part of a step that is carried on. Default 0.9.</summary>
    public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

    /// <summary>Decay of the weights towards 0, not of biases and normalisations. Default 0.0001.</summary>
    public double WeightDecay { get; init => field = OptionCheck.NonNegative(value); } = 1e-4;

    /// <summary>The greatest length of the gradient of a step, that of all trained weights together; longer ones are shortened
    /// to it (Pascanu et al. 2013). Default 1.</summary>
    public double LargestGradient { get; init => field = OptionCheck.Positive(value); } = 1;

    /// <summary>The share of every target that is spread over all classes. Default 0.1 (Szegedy et al. 2015, section
    /// 7).</summary>
    public double LabelSmoothing { get; init => field = OptionCheck.Fraction(value); } = 0.1;

    /// <summary>Whether each picture is cut at random (a part of 35 to 100 % of it, sides of 3:4 to 4:3) and mirrored at
    /// random, anew in each epoch. Default true.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>The share of each class that is kept from the steps to choose the best epoch by: the one with the most right
    /// answers, of those the one with the least log-loss; where none has more than the head alone, that is kept. 0: the
    /// last epoch is taken. Default 0.1.</summary>
    public double ValidationFraction { get; init => field = OptionCheck.Fraction(value); } = 0.1;
}
