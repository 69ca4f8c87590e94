using System.CommandLine;
using MlPipeline.Pipeline;

namespace MlPipeline.Cli.Commands;

/// <summary>The options of every command that takes a backbone: which one, how it is fed, and what runs it.</summary>
internal sealed class BackboneArguments
{
    private static readonly Dictionary<string, Func<int, Preprocessing>> s_recipes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["torch"] = Preprocessing.Torch,
        ["caffe"] = Preprocessing.Caffe,
        ["tensorflow"] = Preprocessing.TensorFlow,
        ["raw"] = size => new Preprocessing { Width = size, Height = size, ShorterSide = size },
    };

    private readonly Option<string> _backbone = new("--backbone", "-b")
    {
        Description = "Name of a backbone (see 'backbones list') or path of an ONNX file.",
        DefaultValueFactory = _ => BackboneCatalog.Default,
    };

    private readonly Option<string?> _preprocess = new("--preprocess")
    {
        Description = $"How pictures are brought to the network, for an ONNX file that is not known: {string.Join(", ", s_recipes.Keys)} (0..255).",
    };

    private readonly Option<int?> _inputSize = new("--input-size")
    {
        Description = "Height and width that pictures are brought to, for a network that takes any size.",
    };

    private readonly RuntimeArguments _runtime;

    public BackboneArguments(Command command)
    {
        foreach (Option option in (Option[])[_backbone, _preprocess, _inputSize])
            command.Options.Add(option);
        _runtime = new RuntimeArguments(command);
    }

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context) => _runtime.RunOptions(parsed, context);

    /// <summary>The backbone that the command line names, its notes said on stderr.</summary>
    public Backbone Resolve(ParseResult parsed, CommandContext context, IReadOnlyList<string>? classNames = null)
    {
        string name = parsed.GetRequiredValue(_backbone);
        int? size = parsed.GetValue(_inputSize);
        if (size is < 1 or > 4096)
            throw new UsageException($"--input-size must be between 1 and 4096, not {size}.");

        var options = new BackboneOptions { ClassNames = classNames };
        if (parsed.GetValue(_preprocess) is { } recipe)
        {
            if (!s_recipes.TryGetValue(recipe, out Func<int, Preprocessing>? make))
                throw new UsageException($"--preprocess must be one of {string.Join(", ", s_recipes.Keys)}, not '{recipe}'.");
            options = options with { Preprocessing = make(size ?? 224) };
        }
        else if (size is { } side)
        {
            // The recipe stays as it is but for the size; the margin that is cropped away keeps its share.
            Preprocessing usual = BackboneCatalog.Resolve(name, options).Preprocessing;
            double margin = usual.ShorterSide / (double)usual.Width;
            options = options with { Preprocessing = usual with { Width = side, Height = side, ShorterSide = (int)Math.Round(side * margin) } };
        }

        Backbone backbone = BackboneCatalog.Resolve(name, options);
        foreach (string note in backbone.Notes)
            context.Progress.Note($"note: {note}");
        return backbone;
    }
}
