using MlPipeline.Trainers.Solvers;

namespace MlPipeline;

/// <summary>
/// How the layers of a network are trained together with the head. By default the network is pretrained, and the head is trained
/// first, alone, by the job's own solver; from there on both follow the gradient (Yosinski et al. 2014, section 2). Pictures and
/// classes count as the head's options say (<see cref="LinearHeadOptions.BalanceClasses"/>,
/// <see cref="LinearHeadOptions.ClassWeights"/>). Immutable; every value is checked when set.
/// </summary>
public sealed record FineTuningOptions
{
    /// <summary>The value of <see cref="Layers"/> for the layers from the last change of resolution on.</summary>
    public const string LastStage = "last-stage";

    /// <summary>The value of <see cref="Layers"/> for the whole network.</summary>
    public const string All = "all";

    /// <summary>The value of <see cref="Layers"/> for the whole network from weights that were drawn at random
    /// (<see cref="Backbone.FromArchitecture"/>).</summary>
    public const string Scratch = "scratch";

    private readonly double? _learningRate;

    /// <summary>For a network with weights that were drawn at random: no layer is trained before others or more slowly, batch
    /// normalisations use the statistics of the step, pictures are shown as in use, targets are not smoothed; all pictures are in
    /// the steps and the last epoch is kept; 64 pictures in a step, a weight decay of 0.0005, no slow start. The normalisation of
    /// the input is measured on the training pictures.</summary>
    public static FineTuningOptions FromScratch { get; } = new()
    {
        Layers = Scratch,
        HeadFirst = false,
        BatchSize = 64,
        PretrainedRate = 1,
        WeightDecay = 5e-4,
        WarmUpEpochs = 0,
        LabelSmoothing = 0,
        ValidationFraction = 0,
        Augmentation = RandomAugmentation.None,
        Statistics = NormalizationStatistics.Trained,
    };

    /// <summary>What is trained: <see cref="LastStage"/> (default), <see cref="All"/>, the name of a stage
    /// (<see cref="Backbone.Stages"/>) or of a node, from which on all layers are; <see cref="Scratch"/> with
    /// <see cref="FromScratch"/>.</summary>
    public string Layers { get; init; } = LastStage;

    /// <summary>Whether the head is trained first, alone, so that the layers below do not follow the errors of a random one.
    /// Without, it begins at 0, and the network as it was is none of the epochs to choose from. Default true.</summary>
    public bool HeadFirst { get; init; } = true;

    /// <summary>Passes over the pictures. Default 10.</summary>
    public int Epochs { get; init => field = OptionCheck.AtLeast(1, value); } = 10;

    /// <summary>Most pictures in a step; the steps of an epoch have as many, give or take one. Default 32.</summary>
    public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 32;

    /// <summary>What changes the weights by their gradients. Default: SGD.</summary>
    public NetworkOptimizer Optimizer { get; init; }

    /// <summary>The head's highest learning rate. Default 0.02 for SGD, from scratch 0.05 (He et al. 2015, section 4.2, have 0.1
    /// with twice as many pictures in a step); 0.001 for AdamW.</summary>
    public double LearningRate
    {
        get => _learningRate ?? (Optimizer == NetworkOptimizer.AdamW ? 0.001 : Layers == Scratch ? 0.05 : 0.02);
        init => _learningRate = OptionCheck.Positive(value);
    }

    /// <summary>Whether <see cref="LearningRate"/> is not used but found: by a range test (Smith 2017, section 3.3) before the
    /// first epoch. Default false.</summary>
    public bool FindLearningRate { get; init; }

    /// <summary>What the learning rate of the deepest pretrained layers is multiplied by. Default 0.1.</summary>
    public double PretrainedRate { get; init => field = OptionCheck.Positive(value); } = 0.1;

    /// <summary>What the learning rate of each stage is of that of the stage after it (Howard and Ruder 2018, section 3.2).
    /// Default 1: all the same.</summary>
    public double StageRate { get; init => field = OptionCheck.Positive(value); } = 1;

    /// <summary>The part of a step of SGD that is carried on. Default 0.9.</summary>
    public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

    /// <summary>Whether SGD looks ahead by the momentum (Sutskever et al. 2013). Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of the weights towards 0, not of biases and normalisations. Default 0.0001.</summary>
    public double WeightDecay { get; init => field = OptionCheck.NonNegative(value); } = 1e-4;

    /// <summary>How the learning rate falls. Default: along half a cosine.</summary>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>The epochs, or part of one, in which the learning rate rises evenly from 0; at most half of all are used. Default
    /// 1. <see cref="LearningRateSchedule.OneCycle"/> has a rise of its own, of three tenths of all steps.</summary>
    public double WarmUpEpochs { get; init => field = OptionCheck.NonNegative(value); } = 1;

    /// <summary>What the learning rate is multiplied by at each drop of <see cref="LearningRateSchedule.Step"/> and
    /// <see cref="LearningRateSchedule.Plateau"/>. Default 0.1.</summary>
    public double DropFactor { get; init => field = OptionCheck.Fraction(value); } = 0.1;

    /// <summary>With <see cref="LearningRateSchedule.Step"/> the epochs from one drop to the next, with
    /// <see cref="LearningRateSchedule.Plateau"/> those without progress before one. Null (default): a third of all, and
    /// 2.</summary>
    public int? DropEpochs { get; init => field = value is { } given ? OptionCheck.AtLeast(1, given) : null; }

    /// <summary>The greatest length of the gradient of a step, that of all trained weights together; longer ones are shortened
    /// to it (Pascanu et al. 2013). Null: they stay as they are. Default 5.</summary>
    public double? LargestGradient { get; init => field = value is { } given ? OptionCheck.Positive(given) : null; } = 5;

    /// <summary>The share of every target that is spread over all classes. Default 0.1 (Szegedy et al. 2015, section
    /// 7).</summary>
    public double LabelSmoothing { get; init => field = OptionCheck.Fraction(value); } = 0.1;

    /// <summary>A model, as <see cref="ModelFile.Load"/> gives it, whose answers to the training pictures are part of their
    /// targets: how a large network sees classes resemble one another helps a small one more than the labels alone (Hinton et
    /// al. 2015). It is asked once for each picture, as in use, and must know all classes; what it says of others does not count.
    /// Null (default): there are labels alone.</summary>
    public TrainedModel? Teacher { get; init; }

    /// <summary>The share of every target that the answer of <see cref="Teacher"/> is; the rest is the label. Default
    /// 0.9.</summary>
    public double TeacherShare { get; init => field = OptionCheck.Share(value); } = 0.9;

    /// <summary>Above 0: pictures of a step are mixed in pairs, and their targets alike, by a share drawn from Beta(a, a) (Zhang
    /// et al. 2018). Where <see cref="Cutmix"/> is set too, each step is one or the other, at even chances. Default
    /// 0.</summary>
    public double Mixup { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Above 0: a rectangle of each picture is taken from another of the step, its share drawn from Beta(a, a), and
    /// targets are mixed by it (Yun et al. 2019). Default 0.</summary>
    public double Cutmix { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>The share of pooled features that is dropped before the head in each step (Srivastava et al. 2014). Default
    /// 0.</summary>
    public double Dropout { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>How pictures are changed at random when they are shown, anew in each epoch. Default: random parts, mirrored or
    /// not; <see cref="RandomAugmentation.None"/> shows them as in use.</summary>
    public RandomAugmentation Augmentation
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Augmentation), "Use RandomAugmentation.None for none.");
    } = new();

    /// <summary>Whether an epoch shows each class as often as the others: pictures of small classes several times, not all of
    /// large ones. Default false.</summary>
    public bool BalancedSampling { get; init; }

    /// <summary>Whether batch normalisations keep to their running statistics, as befits a pretrained network and small steps, or
    /// use and update those of the step. Default: frozen.</summary>
    public NormalizationStatistics Statistics { get; init; }

    /// <summary>Above 0: what is measured and kept are not the weights of the last step but their mean over the steps, which
    /// keeps this part of itself at each (Polyak and Juditsky 1992); less in the first steps. 0.99 is a good value. Default
    /// 0.</summary>
    public double AverageDecay { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>What is measured and kept from this epoch on is the mean of the weights at the ends of the epochs since
    /// (Izmailov et al. 2018). Null (default): never.</summary>
    public int? AverageFromEpoch { get; init => field = value is { } given ? OptionCheck.AtLeast(1, given) : null; }

    /// <summary>The share of each class that is kept from the steps to choose the epoch by. The last is kept, unless the one
    /// with the most right answers, of those with the least log-loss, has more by more than the standard error of the difference;
    /// the head alone counts as an epoch. 0: the last epoch is taken. Default 0.1.</summary>
    public double ValidationFraction { get; init => field = OptionCheck.Fraction(value); } = 0.1;

    /// <summary>Training ends when so many epochs in a row were not better than the best. Null (default): never.</summary>
    public int? Patience { get; init => field = value is { } given ? OptionCheck.AtLeast(1, given) : null; }

    /// <summary>Whether a network whose classifier has several fully connected layers (AlexNet, VGG) is given the mean over its
    /// feature map and one linear layer instead, so that class activation maps are exact (Zhou et al. 2016, section 2). Default
    /// false.</summary>
    public bool GlobalPooling { get; init; }

    /// <summary>The folder in which the state of the training is kept after every epoch: a run that was killed goes on there, and
    /// ends with the bits of an undisturbed one. Null (default): nothing is kept.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Minutes after which the state is kept within an epoch too. Default 10.</summary>
    public double CheckpointMinutes { get; init => field = OptionCheck.NonNegative(value); } = 10;

    /// <summary>Most megabytes of decoded pictures that are kept in memory from one epoch to the next; the others are decoded
    /// each time. The result does not depend on it. Null (default): a quarter of the memory there is.</summary>
    public int? KeptMegabytes { get; init => field = value is { } given ? OptionCheck.AtLeast(0, given) : null; }

    /// <summary>Told of every step, on the thread that trains.</summary>
    public Action<TrainingStepResult>? StepEnded { get; init; }

    /// <summary>Told of every epoch, on the thread that trains.</summary>
    public Action<EpochResult>? EpochEnded { get; init; }
}

/// <summary>What changes the weights of a network by their gradients.</summary>
public enum NetworkOptimizer
{
    /// <summary>Stochastic gradient descent with momentum; the default.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,
}

/// <summary>How a learning rate falls from its highest value.</summary>
public enum LearningRateSchedule
{
    /// <summary>To 0 along half a cosine (Loshchilov and Hutter 2017, section 3); the default.</summary>
    Cosine,

    /// <summary>By a factor every so many epochs.</summary>
    Step,

    /// <summary>Along half a cosine from a 25th up in three tenths of all steps, and along another down to a ten-thousandth of
    /// that (Smith and Topin 2018).</summary>
    OneCycle,

    /// <summary>By a factor when the held-out log-loss (without held-out pictures: the loss) has not fallen for some
    /// epochs.</summary>
    Plateau,

    /// <summary>Not at all.</summary>
    Constant,
}

/// <summary>What batch normalisations normalise by in training.</summary>
public enum NormalizationStatistics
{
    /// <summary>By their running statistics, which stay as they are; the default.</summary>
    Frozen,

    /// <summary>Where their scales or shifts are trained, by the statistics of the step, which change the running ones.</summary>
    Trained,
}
