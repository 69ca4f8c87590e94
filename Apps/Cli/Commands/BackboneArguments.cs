using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Engine.Architectures;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Commands;

/// <summary>The options of every command that takes a backbone: which one, how it is fed, and what runs it.</summary>
internal sealed class BackboneArguments
{
    private const string Auto = "auto";

    private readonly Option<string[]> _backbone = new("--backbone", "-b")
    {
        Description = "Name of a backbone (see 'backbones list') or path of an ONNX file.",
        DefaultValueFactory = _ => [BackboneCatalog.Default],
    };

    private readonly Option<string?> _preprocess = PreprocessOption();
    private readonly Option<NetworkOutputs?> _outputs = OutputsOption();

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

    private readonly Option<string[]> _resize = new("--resize") { Description = ResizeOption().Description };

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
        command.AddGroup(HelpGroup.Network, [_backbone, _preprocess, _outputs, _inputSize, _resize, _featuresFrom]);
        _runtime = new RuntimeArguments(command);
    }

    public BackboneRunOptions RunOptions(ParseResult parsed, CommandContext context) => _runtime.RunOptions(parsed, context);

    public static Option<string?> PreprocessOption() => new("--preprocess")
    {
        Description =
            $"Colour order and normalisation that the network was trained with: {string.Join(", ", PreprocessingRecipes.Names)}; "
            + "-bgr or -rgb behind the name sets the order of colours. auto: the one that serves the pictures best; default for "
            + "an ONNX file of which nothing is known.",
    };

    public static Option<NetworkOutputs?> OutputsOption() => new("--outputs")
    {
        Description = "What the network's outputs are: softmax or logits (of classes that exclude one another), sigmoid (a "
            + "probability for each class by itself), none (features). Default: as its graph ends.",
    };

    public static Option<string?> ResizeOption() => new("--resize")
    {
        Description =
            "How pictures are brought to the input size: crop (the middle is cut out) or stretch (the whole picture); default "
            + "as the backbone was trained.",
    };

    /// <summary>The recipe of a name; null for 'auto' and where none is named.</summary>
    public static Preprocessing? Recipe(string? name) => name is null || name.Equals(Auto, StringComparison.OrdinalIgnoreCase)
        ? null
        : PreprocessingRecipes.Find(name) ?? throw new UsageException(
            $"--preprocess must be one of {Auto}, {string.Join(", ", PreprocessingRecipes.Names)} (with -bgr or -rgb behind it "
            + $"for another order of colours), not '{name}'.");

    /// <summary>The backbone that the command line names, its notes said on stderr.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">Where notes go.</param>
    /// <param name="pictures">Those by which an unknown preprocessing is chosen.</param>
    /// <param name="classNames">The names of the network's classes, if they are given.</param>
    public Backbone Resolve(ParseResult parsed, CommandContext context, ImageDataSet pictures,
        IReadOnlyList<string>? classNames = null)
    {
        var features = One(parsed, _featuresFrom);
        if (features == FeatureBank.Auto && !_choosesFeatures)
        {
            throw new UsageException(
                "--features-from auto works with 'train' and 'tune'; here a set of features must be named, such as "
                + "stage3+pooled.");
        }

        int? size = parsed.GetValue(_inputSize) is { Length: > 0 } ? One(parsed, _inputSize) : null;
        var (backbone, isOpen) = Open(parsed, One(parsed, _backbone)!, size, One(parsed, _resize), classNames);
        if (isOpen)
            backbone = Choose(parsed, context, backbone, pictures);
        foreach (var note in backbone.Notes)
            context.Progress.Note($"note: {note}");
        return features is null or FeatureBank.Auto ? backbone : backbone.WithFeatures(features);
    }

    /// <summary>The network of an architecture with drawn weights, for pictures in grey where all that are looked at are
    /// grey.</summary>
    /// <exception cref="UsageException">An option is about a network that has been trained.</exception>
    public Backbone Untrained(ParseResult parsed, CommandContext context, Architecture architecture, ImageDataSet pictures)
    {
        var size = One(parsed, _inputSize) is > 0 and var given ? given : architecture.DefaultInputSize;
        return Backbone.FromArchitecture(architecture, new ArchitectureOptions
        {
            InputSize = size,
            Channels = GreyPictures.AreAll(pictures) ? 1 : 3,
            Seed = context.Seed,
        }, Resized(new Preprocessing(), null, One(parsed, _resize)).Resize);
    }

    /// <summary>Refuses what is about a network that has been trained.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option that asks for one that has not.</param>
    /// <exception cref="UsageException">There is such an option.</exception>
    public void CheckUntrained(ParseResult parsed, string option)
    {
        if (((Option[])[_backbone, _preprocess, _outputs, _featuresFrom])
            .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"{other.Name} is about a network that has been trained; leave it out with {option}.");
        }

        if (parsed.GetValue(_inputSize) is { Length: > 0 } && One(parsed, _inputSize) is var size and (< 1 or > 4096))
            throw new UsageException($"--input-size must be between 1 and 4096, not {size}.");
    }

    /// <summary>The same network with the recipe that serves the pictures best; what was seen is said on stderr.</summary>
    public static Backbone Choose(CommandContext context, Backbone backbone, ImageDataSet pictures, BackboneRunOptions run)
    {
        var probe = PreprocessingProbe.Run(backbone, pictures, run, context.Seed, context.Cancellation);
        foreach (var line in probe.Evidence)
            context.Progress.Note($"preprocessing: {line}");
        return probe.ApplyTo(backbone);
    }

    /// <summary>Whether the command line says how pictures are brought to the input size.</summary>
    public bool SaysHowToResize(ParseResult parsed) => parsed.GetValue(_resize) is { Length: > 0 };

    /// <summary>
    /// All backbones at all input sizes that the command line names. If it does not say how to resize, or to which size, pictures
    /// are stretched too, and a larger size is tried where the network takes it.
    /// </summary>
    public IReadOnlyList<Backbone> ResolveAll(ParseResult parsed, CommandContext context, ImageDataSet pictures, bool stretchToo,
        bool largerToo)
    {
        int?[] sizes = parsed.GetValue(_inputSize) is { Length: > 0 } named ? [.. named.Distinct().Select(s => (int?)s)] : [null];
        string?[] modes = parsed.GetValue(_resize) is { Length: > 0 } given
            ? [.. given.Distinct(StringComparer.OrdinalIgnoreCase)]
            : stretchToo ? [null, "stretch"] : [null];
        Backbone[] backbones = [.. parsed.GetRequiredValue(_backbone).Distinct(StringComparer.Ordinal)
            .SelectMany(name => Variants(parsed, context, pictures, name, sizes, modes, largerToo))
            .DistinctBy(b => (b.Name, b.Preprocessing))];
        foreach (var note in backbones.SelectMany(b => b.Notes).Distinct(StringComparer.Ordinal))
            context.Progress.Note($"note: {note}");
        return backbones;
    }

    /// <summary>The sets of features that the command line names, 'auto' among them; empty when it names none.</summary>
    public IReadOnlyList<string> FeatureSets(ParseResult parsed) => parsed.GetValue(_featuresFrom) ?? [];

    /// <summary>One network at all sizes and with all ways of resizing; its recipe is chosen once.</summary>
    private IEnumerable<Backbone> Variants(ParseResult parsed, CommandContext context, ImageDataSet pictures, string name,
        int?[] sizes, string?[] modes, bool largerToo)
    {
        var (usual, isOpen) = Open(parsed, name, null, null, null);
        if (isOpen)
            usual = Choose(parsed, context, usual, pictures);
        if (sizes is [null] && largerToo && LargerSize(parsed, name, usual) is { } larger)
            sizes = [null, larger];
        foreach (var size in sizes)
        {
            foreach (var mode in modes)
            {
                var backbone = Open(parsed, name, size, mode, null).Backbone;
                yield return isOpen ? backbone.WithRecipe(usual.Preprocessing, usual.PreprocessingEvidence) : backbone;
            }
        }
    }

    private Backbone Choose(ParseResult parsed, CommandContext context, Backbone backbone, ImageDataSet pictures) =>
        Choose(context, backbone, pictures, RunOptions(parsed, context));

    /// <summary>The network, and whether its recipe is still to be chosen.</summary>
    private (Backbone Backbone, bool IsOpen) Open(ParseResult parsed, string name, int? size, string? resize,
        IReadOnlyList<string>? classNames)
    {
        if (size is < 1 or > 4096)
            throw new UsageException($"--input-size must be between 1 and 4096, not {size}.");
        var options = new BackboneOptions { ClassNames = classNames, Outputs = parsed.GetValue(_outputs) };
        var (named, recipe) = (parsed.GetValue(_preprocess), Recipe(parsed.GetValue(_preprocess)));
        var usual = BackboneCatalog.Resolve(name, options);
        var isOpen = recipe is null && (named is not null || usual.PreprocessingIsGuessed);
        var wanted = Resized(usual.Preprocessing.WithNormalizationOf(recipe ?? usual.Preprocessing), size, resize);
        return wanted == usual.Preprocessing && recipe is null ? (usual, isOpen)
            : (BackboneCatalog.Resolve(name, options with { Preprocessing = wanted }), isOpen);
    }

    /// <summary>A preprocessing with another size and way of resizing; what is null stays.</summary>
    public static Preprocessing Resized(Preprocessing preprocessing, int? size, string? resize)
    {
        if (size is { } side)
            preprocessing = preprocessing.WithSize(side);
        if (resize is null)
            return preprocessing;
        return s_resizes.TryGetValue(resize, out var mode) ? preprocessing with { Resize = mode }
            : throw new UsageException($"--resize must be one of {string.Join(", ", s_resizes.Keys)}, not '{resize}'.");
    }

    /// <summary>A size with maps a quarter or so larger, as details of photographs want; null where the network does not take
    /// it.</summary>
    private int? LargerSize(ParseResult parsed, string name, Backbone usual)
    {
        var larger = usual.Preprocessing.Width / 7 * 9;
        if (usual.Preprocessing.Width != usual.Preprocessing.Height || larger <= usual.Preprocessing.Width)
            return null;
        try
        {
            Open(parsed, name, larger, null, null);
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
