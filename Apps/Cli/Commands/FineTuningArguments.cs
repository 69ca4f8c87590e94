using System.CommandLine;
using MlPipeline.Cli.Help;

namespace MlPipeline.Cli.Commands;

/// <summary>The options that say which layers of the network are trained with the head, and how.</summary>
internal sealed class FineTuningArguments
{
    private const string HeadAlone = "head";

    private static readonly FineTuningOptions s_defaults = new();

    private readonly Option<string> _layers = new("--train-layers")
    {
        Description = "What is trained: 'head'; 'last-stage' or 'all' of the network too; or all from a stage or node on, "
            + "by its name.",
        DefaultValueFactory = _ => HeadAlone,
    };

    private readonly Option<int> _epochs = new("--epochs")
    {
        Description = "Passes over the pictures, where layers of the network are trained.",
        DefaultValueFactory = _ => s_defaults.Epochs,
    };

    private readonly Option<double> _rate = new("--learning-rate")
    {
        Description = $"The head's highest learning rate, where layers of the network are trained; theirs is "
            + $"{s_defaults.PretrainedRate} of it.",
        DefaultValueFactory = _ => s_defaults.LearningRate,
    };

    private readonly Option<int> _batch = new("--batch-size")
    {
        Description = "Most pictures in a step, where layers of the network are trained.",
        DefaultValueFactory = _ => s_defaults.BatchSize,
    };

    private readonly Option<bool> _plain = new("--no-augmentation")
    {
        Description = "Show whole pictures in training, not random parts, mirrored or not.",
    };

    public FineTuningArguments(Command command) =>
        command.AddGroup(HelpGroup.Layers, [_layers, _epochs, _rate, _batch, _plain]);

    /// <summary>How layers are trained; null for the head alone.</summary>
    /// <exception cref="UsageException">A value is out of range, or there is nothing for which it would count.</exception>
    public FineTuningOptions? Options(ParseResult parsed)
    {
        if (parsed.GetRequiredValue(_layers) is var layers && layers == HeadAlone)
        {
            foreach (var option in (Option[])[_epochs, _rate, _batch, _plain])
            {
                if (parsed.GetResult(option) is { Implicit: false })
                    throw new UsageException($"{option.Name} is for layers of the network; name them by --train-layers.");
            }

            return null;
        }

        try
        {
            return new FineTuningOptions
            {
                Layers = layers,
                Epochs = parsed.GetValue(_epochs),
                LearningRate = parsed.GetValue(_rate),
                BatchSize = parsed.GetValue(_batch),
                Augmentation = parsed.GetValue(_plain) ? RandomAugmentation.None : new RandomAugmentation(),
            };
        }
        catch (ArgumentException error)
        {
            throw new UsageException(Misuse.Explain(parsed, error));
        }
    }
}
