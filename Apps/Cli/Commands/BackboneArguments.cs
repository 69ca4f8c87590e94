using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Pipeline.Features;

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

    private readonly Option<string[]> _backbone = new("--backbone", "-b")
    {
        Description = "Name of a backbone (see 'backbones list') or path of an ONNX file.",
        DefaultValueFactory = _ => [BackboneCatalog.Default],
    };

    private readonly Option<string?> _preprocess = new("--preprocess")
    {
        Description =
            $"How pictures are brought to the network, for an ONNX file that is not "
            + $"known: {string.Join(", ", s_recipes.Keys)} (0..255).",
    };

    private readonly Option<int[]> _inputSize = new("--input-size")
    {
        Description = "Height and width that pictures are brought to, for a network that takes any size. "
            + "Default: the network's own.",
    };

    private static readonly Dictionary<string, ResizeMode> s_resizes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["crop"] = ResizeMode.ShorterSide,
        ["stretch"] = ResizeMode.Fill,
    };

    private readonly Option<string[]> _resize = new("--resize")
    {
        Description =
            "How pictures are brought to the input size: crop (the middle is cut out) or stretch (the whole picture); default "
            + "as the backbone was trained.",
    };

    private readonly Option<string[]> _featuresFrom = new("--features-from")
    {
        HelpName = "features",
        Description =
            "What features are taken from: stages of the backbone (see 'summary'), 'pooled' for its own pooled features, "
            + "values of its graph; joined by '+', as in stage3+pooled. ':max' takes the largest over all places instead of "
            + "the mean, ':cov' the covariances of the channels.",
    };

    private readonly RuntimeArguments _runtime;
    private readonly bool _choosesFeatures;

    /// <param name="command">Gets the options.</param>
    /// <param name="several">Whether several backbones, sizes and sets of features may be named, for a search.</param>
    /// <param name="choosesFeatures">Whether features may be 'auto'.</param>
    /// <param name="featuresDefault">What the help says of features that are not named.</param>
    public BackboneArguments(Command command, bool several = false, bool choosesFeatures = false,
        string featuresDefault = " Default: pooled.")
    {
        _choosesFeatures = choosesFeatures;
        if (choosesFeatures)
            _featuresFrom.Description += " 'auto': chosen by cross-validation.";
        if (several)
        {
            foreach (var option in (Option[])[_backbone, _inputSize, _resize, _featuresFrom])
            {
                option.AllowMultipleArgumentsPerToken = true;
                option.Description += " Several are tried by the search.";
            }
        }

        _featuresFrom.Description += featuresDefault;
        command.AddGroup(HelpGroup.Network, [_backbone, _preprocess, _inputSize, _resize, _featuresFrom]);
        _runtime = new RuntimeArguments(command);
    }

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context) => _runtime.RunOptions(parsed, context);

    /// <summary>The backbone that the command line names, its notes said on stderr.</summary>
    public Backbone Resolve(ParseResult parsed, CommandContext context, IReadOnlyList<string>? classNames = null)
    {
        var features = One(parsed, _featuresFrom);
        if (features == FeatureBank.Auto && !_choosesFeatures)
        {
            throw new UsageException(
                "--features-from auto works with 'train' and 'tune'; here a set of features must be named, such as "
                + "stage3+pooled.");
        }

        int? size = parsed.GetValue(_inputSize) is { Length: > 0 } ? One(parsed, _inputSize) : null;
        var backbone = Open(One(parsed, _backbone)!, size, One(parsed, _resize), parsed.GetValue(_preprocess), classNames);
        foreach (var note in backbone.Notes)
            context.Progress.Note($"note: {note}");
        return features is null or FeatureBank.Auto ? backbone : backbone.WithFeatures(features);
    }

    /// <summary>Whether the command line says how pictures are brought to the input size.</summary>
    public bool SaysHowToResize(ParseResult parsed) => parsed.GetValue(_resize) is { Length: > 0 };

    /// <summary>
    /// All backbones at all input sizes that the command line names. If it does not say how to resize, or to which size, pictures
    /// are stretched too, and a larger size is tried where the network takes it.
    /// </summary>
    public IReadOnlyList<Backbone> ResolveAll(ParseResult parsed, CommandContext context, bool stretchToo, bool largerToo)
    {
        int?[] sizes = parsed.GetValue(_inputSize) is { Length: > 0 } named ? [.. named.Distinct().Select(s => (int?)s)] : [null];
        string?[] modes = parsed.GetValue(_resize) is { Length: > 0 } given
            ? [.. given.Distinct(StringComparer.OrdinalIgnoreCase)]
            : stretchToo ? [null, "stretch"] : [null];
        var recipe = parsed.GetValue(_preprocess);
        Backbone[] backbones = [.. parsed.GetRequiredValue(_backbone).Distinct(StringComparer.Ordinal)
            .SelectMany(name => (sizes is [null] && largerToo && LargerSize(name, recipe) is { } larger ? [null, larger] : sizes)
                .SelectMany(size => modes.Select(mode => Open(name, size, mode, recipe, null))))
            .DistinctBy(b => (b.Name, b.Preprocessing))];
        foreach (var note in backbones.SelectMany(b => b.Notes).Distinct(StringComparer.Ordinal))
            context.Progress.Note($"note: {note}");
        return backbones;
    }

    /// <summary>The sets of features that the command line names, 'auto' among them; empty when it names none.</summary>
    public IReadOnlyList<string> FeatureSets(ParseResult parsed) => parsed.GetValue(_featuresFrom) ?? [];

    private static Backbone Open(string name, int? size, string? resize, string? recipe, IReadOnlyList<string>? classNames)
    {
        if (size is < 1 or > 4096)
            throw new UsageException($"--input-size must be between 1 and 4096, not {size}.");
        var options = new BackboneOptions { ClassNames = classNames };
        if (recipe != null)
        {
            if (!s_recipes.TryGetValue(recipe, out var make))
                throw new UsageException($"--preprocess must be one of {string.Join(", ", s_recipes.Keys)}, not '{recipe}'.");
            options = options with { Preprocessing = make(size ?? 224) };
        }
        else if (size != null || resize != null)
        {
            var usual = BackboneCatalog.Resolve(name, options).Preprocessing;
            options = options with { Preprocessing = size is { } side ? usual.WithSize(side) : usual };
        }

        if (resize != null)
        {
            if (!s_resizes.TryGetValue(resize, out var mode))
                throw new UsageException($"--resize must be one of {string.Join(", ", s_resizes.Keys)}, not '{resize}'.");
            options = options with { Preprocessing = options.Preprocessing! with { Resize = mode } };
        }

        return BackboneCatalog.Resolve(name, options);
    }

    /// <summary>A size with maps a quarter or so larger, as details of photographs want; null where the network does not take
    /// it.</summary>
    private static int? LargerSize(string name, string? recipe)
    {
        var usual = Open(name, null, null, recipe, null);
        var larger = usual.Preprocessing.Width / 7 * 9;
        if (usual.Preprocessing.Width != usual.Preprocessing.Height || larger <= usual.Preprocessing.Width)
            return null;
        try
        {
            Open(name, larger, null, recipe, null);
            return larger;
        }
        catch (BackboneException)
        {
            return null;
        }
    }

    private static T? One<T>(ParseResult parsed, Option<T[]> option) => parsed.GetValue(option) switch
    {
        null or [] => default,
        [var only] => only,
        _ => throw new UsageException($"{option.Name} takes one value here; 'tune' tries several."),
    };
}
