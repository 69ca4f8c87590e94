using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Data.Sources;
using MlPipeline.Engine.Architectures;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Commands;

/// <summary>The options that say which layers of the network are trained with the head, and how.</summary>
internal sealed class FineTuningArguments
{
    /// <summary>The option that names the layers.</summary>
    public const string Layers = "--train-layers";

    /// <summary>The option for the learning rate.</summary>
    public const string Rate = "--learning-rate";

    private const string HeadAlone = "head";
    private const string Auto = "auto";

    private static readonly FineTuningOptions s_defaults = new();

    private readonly Option<string?> _scratch = new("--from-scratch")
    {
        HelpName = "architecture",
        Description = "Train a whole network whose weights are drawn at random, instead of a pretrained one: "
            + $"{string.Join(", ", ArchitectureCatalog.All)}.",
    };

    private readonly Option<string> _layers = new(Layers)
    {
        Description = "What is trained: 'head'; 'last-stage' or 'all' of the network too; or all from a stage or node on, "
            + "by its name. The options below are for layers of the network.",
        DefaultValueFactory = _ => HeadAlone,
    };

    private readonly Option<int> _epochs = new("--epochs")
    {
        Description = "Passes over the pictures.",
        DefaultValueFactory = _ => s_defaults.Epochs,
    };

    private readonly Option<int> _batch = new("--batch-size")
    {
        Description = $"Most pictures in a step; {FineTuningOptions.FromScratch.BatchSize} from scratch.",
        DefaultValueFactory = _ => s_defaults.BatchSize,
    };

    private readonly Option<string?> _rate = new(Rate)
    {
        Description = $"The head's highest learning rate, of which pretrained layers have {s_defaults.PretrainedRate}; "
            + $"'{Auto}': found by a range test. Default: {s_defaults.LearningRate} with sgd, "
            + $"{FineTuningOptions.FromScratch.LearningRate} from scratch, "
            + $"{new FineTuningOptions { Optimizer = NetworkOptimizer.AdamW }.LearningRate} with adamw.",
    };

    private readonly Option<NetworkOptimizer> _optimizer = new("--optimizer")
    {
        Description = $"What changes the weights: {Names<NetworkOptimizer>()}.",
        DefaultValueFactory = _ => s_defaults.Optimizer,
    };

    private readonly Option<LearningRateSchedule> _schedule = new("--schedule")
    {
        Description = $"How the learning rate falls: {Names<LearningRateSchedule>()}.",
        DefaultValueFactory = _ => s_defaults.Schedule,
    };

    private readonly Option<double> _warmUp = new("--warm-up")
    {
        Description = "Epochs, or a part of one, in which the learning rate rises from 0; "
            + $"{FineTuningOptions.FromScratch.WarmUpEpochs} from scratch.",
        DefaultValueFactory = _ => s_defaults.WarmUpEpochs,
    };

    private readonly Option<double> _decay = new("--weight-decay")
    {
        Description = $"Decay of the weights towards 0; {FineTuningOptions.FromScratch.WeightDecay} from scratch.",
        DefaultValueFactory = _ => s_defaults.WeightDecay,
    };

    private readonly Option<double> _smoothing = new("--label-smoothing")
    {
        Description = "The share of every target that is spread over all classes; "
            + $"{FineTuningOptions.FromScratch.LabelSmoothing} from scratch.",
        DefaultValueFactory = _ => s_defaults.LabelSmoothing,
    };

    private readonly Option<double> _validation = new("--validation-fraction")
    {
        Description = "The share of the training pictures that chooses the epoch that is kept; with 0, the default from scratch "
            + "without --patience, the last one is.",
        DefaultValueFactory = _ => s_defaults.ValidationFraction,
    };

    private readonly Option<string?> _teacher = new("--teacher")
    {
        Description = "A model file whose answers to the training pictures are part of their targets: train it before, with a "
            + "larger network, on the same pictures.",
    };

    private readonly Option<double> _teacherShare = new("--teacher-share")
    {
        Description = "The share of every target that the teacher's answer is; the rest is the label.",
        DefaultValueFactory = _ => s_defaults.TeacherShare,
    };

    private readonly Option<double> _mixup = new("--mixup")
    {
        Description = "Mix pictures in pairs by shares of Beta(a, a); 0.2 is usual.",
        DefaultValueFactory = _ => s_defaults.Mixup,
    };

    private readonly Option<double> _cutmix = new("--cutmix")
    {
        Description = "Put rectangles of pictures into others, by shares of Beta(a, a); 1 is usual.",
        DefaultValueFactory = _ => s_defaults.Cutmix,
    };

    private readonly Option<double> _dropout = new("--dropout")
    {
        Description = "The share of features that is dropped before the head in each step.",
        DefaultValueFactory = _ => s_defaults.Dropout,
    };

    private readonly Option<double> _average = new("--average")
    {
        Description = "Keep the mean of the weights over the steps, which keeps this part of itself at each; 0.99 is usual.",
        DefaultValueFactory = _ => s_defaults.AverageDecay,
    };

    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "End when so many epochs in a row were not better than the best.",
    };

    private readonly Option<Change?> _augmentation = new("--augmentation")
    {
        Description = "How pictures are changed at random each time they are shown: none; shifts (moved by up to an eighth, "
            + "mirrored or not); crops (parts of at least seven tenths, mirrored or not); strong (smaller parts, turned, with "
            + "other colours, partly hidden). Default: crops; none from scratch.",
    };

    private readonly Option<bool> _pooling = new("--global-pooling")
    {
        Description = "Put the mean over the feature map in the place of fully connected layers (AlexNet, VGG), so that "
            + "class activation maps are exact.",
    };

    private readonly Option<string?> _checkpoints = new("--checkpoints")
    {
        Description = "Folder for the state of the training: the same command goes on there after it was killed.",
    };

    /// <param name="command">The command.</param>
    /// <param name="isTraining">Whether networks may be trained from scratch by it, or by what a teacher says.</param>
    public FineTuningArguments(Command command, bool isTraining = false) =>
        command.AddGroup(HelpGroup.Layers, [_layers, .. isTraining ? (Option[])[_scratch] : [], .. OfLayers,
            .. isTraining ? (Option[])[_teacher, _teacherShare] : []]);

    private Option[] OfLayers => [_epochs, _batch, _rate, _optimizer, _schedule, _warmUp, _decay, _smoothing, _validation, _mixup,
        _cutmix, _dropout, _average, _patience, _augmentation, _pooling, _checkpoints];

    /// <summary>The architecture that is trained from scratch; null where a pretrained network is.</summary>
    /// <exception cref="UsageException">There is none of that name, or layers of a pretrained network are named too.</exception>
    public Architecture? Scratch(ParseResult parsed)
    {
        if (parsed.GetValue(_scratch) is not { } name)
            return null;
        if (parsed.GetResult(_layers) is { Implicit: false })
            throw new UsageException($"{_layers.Name} names layers of a pretrained network; leave it out with {_scratch.Name}.");
        if (NetworkArgument.FindArchitecture(name) is { } architecture)
            return architecture;
        var all = string.Join(", ", ArchitectureCatalog.All);
        throw new UsageException(Misuse.Nearest(name, ArchitectureCatalog.All.Select(a => a.Name)) is { } near
            ? $"{_scratch.Name}: there is no architecture '{name}'; did you mean '{near}'? There are {all}."
            : $"{_scratch.Name}: there is no architecture '{name}'; there are {all}.");
    }

    /// <summary>The parameters of a search (<see cref="NetworkSpace"/>) that the command line gives a value, and so are none to
    /// search.</summary>
    public IEnumerable<string> Given(ParseResult parsed)
    {
        (Option Option, string Parameter)[] both =
        [
            (_rate, NetworkSpace.LearningRate), (_decay, NetworkSpace.WeightDecay),
            (_smoothing, NetworkSpace.LabelSmoothing), (_mixup, NetworkSpace.Mixup),
            (_augmentation, NetworkSpace.Augmentation),
        ];
        return both.Where(b => parsed.GetResult(b.Option) is { Implicit: false }).Select(b => b.Parameter);
    }

    /// <summary>How layers are trained; null for the head alone.</summary>
    /// <exception cref="UsageException">A value is out of range, or there is nothing for which it would count.</exception>
    public FineTuningOptions? Options(ParseResult parsed)
    {
        var layers = parsed.GetRequiredValue(_layers);
        var usual = Scratch(parsed) is null ? s_defaults with { Layers = layers } : FineTuningOptions.FromScratch;
        if (usual.Layers == HeadAlone)
        {
            Option[] given = [.. OfLayers, _teacher, _teacherShare];
            return given.FirstOrDefault(o => IsGiven(parsed, o)) is not { } option ? null
                : throw new UsageException($"{option.Name} is for layers of the network; name them by {_layers.Name}, or a "
                    + $"network by {_scratch.Name}.");
        }

        if (layers == FineTuningOptions.Scratch)
        {
            throw new UsageException($"{_layers.Name} names layers of a pretrained network; {_scratch.Name} ARCHITECTURE trains "
                + "all of one from scratch.");
        }

        if (IsGiven(parsed, _teacherShare) && !IsGiven(parsed, _teacher))
            throw new UsageException($"{_teacherShare.Name} is the share of a teacher; name its model by {_teacher.Name}.");
        try
        {
            var options = usual with
            {
                Epochs = parsed.GetValue(_epochs),
                BatchSize = IsGiven(parsed, _batch) ? parsed.GetValue(_batch) : usual.BatchSize,
                FindLearningRate = parsed.GetValue(_rate) == Auto,
                Optimizer = parsed.GetValue(_optimizer),
                Schedule = parsed.GetValue(_schedule),
                WarmUpEpochs = IsGiven(parsed, _warmUp) ? parsed.GetValue(_warmUp) : usual.WarmUpEpochs,
                WeightDecay = IsGiven(parsed, _decay) ? parsed.GetValue(_decay) : usual.WeightDecay,
                LabelSmoothing = IsGiven(parsed, _smoothing) ? parsed.GetValue(_smoothing) : usual.LabelSmoothing,

                Teacher = parsed.GetValue(_teacher) is { } teacher ? ModelFile.Load(teacher) : null,
                TeacherShare = IsGiven(parsed, _teacherShare) ? parsed.GetValue(_teacherShare) : usual.TeacherShare,

                // What ends early needs pictures to tell by.
                ValidationFraction = IsGiven(parsed, _validation) || parsed.GetValue(_patience) is not null
                    ? parsed.GetValue(_validation) : usual.ValidationFraction,
                Mixup = parsed.GetValue(_mixup),
                Cutmix = parsed.GetValue(_cutmix),
                Dropout = parsed.GetValue(_dropout),
                AverageDecay = parsed.GetValue(_average),
                Patience = parsed.GetValue(_patience),
                Augmentation = parsed.GetValue(_augmentation) switch
                {
                    Change.None => RandomAugmentation.None,
                    Change.Shifts => RandomAugmentation.Shifts,
                    Change.Crops => s_defaults.Augmentation,
                    Change.Strong => RandomAugmentation.Strong,
                    _ => usual.Augmentation,
                },
                GlobalPooling = parsed.GetValue(_pooling),
                Checkpoints = parsed.GetValue(_checkpoints),
            };
            return parsed.GetValue(_rate) is null or Auto ? options : options with { LearningRate = RateOf(parsed) };
        }
        catch (ArgumentException error)
        {
            throw new UsageException(Misuse.Explain(parsed, error));
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private double RateOf(ParseResult parsed) => PlainNumber.TryParse<double>(parsed.GetValue(_rate), out var rate) ? rate
        : throw new UsageException($"--learning-rate takes a number with a decimal point, such as 0.02, or '{Auto}', not "
            + $"'{parsed.GetValue(_rate)}'.");

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));

    /// <summary>What <c>--augmentation</c> takes.</summary>
    private enum Change
    {
        None,
        Shifts,
        Crops,
        Strong,
    }
}
