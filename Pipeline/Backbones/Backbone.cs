using System.Security.Cryptography;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Models;

namespace MlPipeline;

/// <summary>
/// A pretrained network and what must be known to use it: how pictures are prepared, and which of its values are the feature map,
/// the pooled features and the logits. Found with <see cref="BackboneCatalog"/>. Immutable.
/// </summary>
public sealed class Backbone
{
    private const string TunedSuffix = "-tuned";

    private readonly IOnnxSource _source;
    private readonly Lazy<IReadOnlyList<BackboneStage>> _stages;

    // The same network with its own pooled features; itself where it has those.
    private readonly Backbone _plain;

    private Backbone(IOnnxSource source, string sha256, string name, Graph graph, Preprocessing preprocessing,
        BackboneOutputs outputs, BackboneOptions options)
    {
        _source = source;
        Sha256 = sha256;
        Name = name;
        Graph = outputs.Graph;
        InputName = graph.Inputs[0].Name;
        Preprocessing = preprocessing;
        Outputs = outputs;
        Licence = options.Licence;
        ClassNames = NamesFor(name, outputs.ClassCount, options.ClassNames);
        ClassIdentifiers = options.ClassNames is null ? ImageNetClasses.Identifiers(outputs.ClassCount) : null;
        PreprocessingEvidence = options.PreprocessingEvidence;
        Classifier = outputs.ClassifierWeights is { } weights
            ? new LinearHeadWeights(weights, outputs.ClassifierBiases!, [.. ClassNames.TakeLast(outputs.ClassCount)])
            : null;
        _plain = this;
        _stages = new(() => StageDiscovery.Find(new GraphFacts(Graph, Preprocessing), FeatureMapName));
    }

    /// <summary>The same network with other features or views.</summary>
    private Backbone(Backbone plain, BackboneOutputs outputs, Preprocessing preprocessing)
    {
        _source = plain._source;
        _plain = outputs == plain.Outputs ? this : plain;
        _stages = plain._stages;
        Classifier = outputs == plain.Outputs ? plain.Classifier : null;
        Sha256 = plain.Sha256;
        Name = plain.Name;
        Graph = outputs.Graph;
        InputName = plain.InputName;
        Preprocessing = preprocessing;
        Outputs = outputs;
        Licence = plain.Licence;
        ClassNames = plain.ClassNames;
        ClassIdentifiers = plain.ClassIdentifiers;
        PreprocessingEvidence = plain.PreprocessingEvidence;
        PreprocessingIsGuessed = plain.PreprocessingIsGuessed;
        Notes = plain.Notes;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The network as read from its file (with a mean over the feature map added where the file has no pooled
    /// features).</summary>
    public Graph Graph { get; }

    /// <summary>The network's input.</summary>
    public string InputName { get; }

    /// <summary>How pictures are prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Whether nothing was known of colour order and normalisation, so that they are the likeliest ones.</summary>
    public bool PreprocessingIsGuessed { get; private init; }

    /// <summary>How the preprocessing was chosen among recipes, a line for each; null where it was not.</summary>
    public IReadOnlyList<string>? PreprocessingEvidence { get; private init; }

    /// <summary>Its depths, shallowest first, each of which <see cref="WithFeatures"/> takes; the last is its own feature
    /// map.</summary>
    public IReadOnlyList<BackboneStage> Stages => _stages.Value;

    /// <summary>What the features are taken from, such as "stage3+pooled"; "pooled" by default.</summary>
    public string FeaturesFrom => Outputs.FeaturesFrom ?? FeatureSet.Pooled;

    /// <summary>The parts that the features are joined from, in order.</summary>
    public IReadOnlyList<FeaturePart> FeatureParts => Outputs.Parts;

    /// <summary>The value that is the feature map (N x K x H x W); null when none was found. With features from several depths:
    /// the deepest map among them.</summary>
    public string? FeatureMapName => Outputs.FeatureMap;

    /// <summary>The shape of one feature map; null when there is none.</summary>
    public FeatureMapShape? FeatureMapShape => Outputs.FeatureMapShape;

    /// <summary>The value that is the pooled features; null when none were found.</summary>
    public string? PooledName => Outputs.Pooled;

    /// <summary>The number of pooled features; 0 when there are none.</summary>
    public int FeatureCount => Outputs.FeatureCount;

    /// <summary>How the feature map is pooled in the features. Class activation maps are exact for that part of the score, unless
    /// it is
    /// <see cref="MapPooling.None"/>.</summary>
    public MapPooling FeatureMapPooling => Outputs.FeatureMapPooling;

    /// <summary>True when the features are, or contain, the spatial mean of the feature map.</summary>
    public bool PooledIsMeanOfMap => FeatureMapPooling == MapPooling.Mean;

    /// <summary>Where the pooled feature map begins in the features; -1 where it is no part of them.</summary>
    public int FeatureMapOffset => Outputs.FeatureMapOffset;

    /// <summary>What the network's outputs mean.</summary>
    public NetworkOutputs OutputKind => Outputs.Kind;

    /// <summary>The value that is the logits (before a final softmax or sigmoid); null when the network has no
    /// classifier.</summary>
    public string? LogitsName => Outputs.Logits;

    /// <summary>The number of the network's own classes; 0 when it has no classifier.</summary>
    public int ClassCount => Outputs.ClassCount;

    /// <summary>The network's own class names: those given, ImageNet's for its 1,000 classes (or 1,001 with the background
    /// first), or "class 0", "class 1" ... Two for the one output of a two-class network whose names were given.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>WordNet's identifiers of ImageNet's classes; null for other class names.</summary>
    public IReadOnlyList<string?>? ClassIdentifiers { get; }

    /// <summary>The weights of the network's own classifier over the pooled features; null when it is not linear in
    /// them.</summary>
    public LinearHeadWeights? Classifier { get; }

    /// <summary>The licence of the weights; null when it is not known.</summary>
    public string? Licence { get; }

    /// <summary>SHA-256 of the ONNX file in hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>What a user should know, such as a preprocessing that was guessed.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>What tells this backbone from others in one model file.</summary>
    internal string Key => KeyOf(Describe());

    internal BackboneOutputs Outputs { get; }

    /// <summary>The same network with features from other depths: each value pooled over its places, all joined to one
    /// vector.</summary>
    /// <param name="features">Names joined by "+": a stage of <see cref="Stages"/>, "pooled" for the network's own pooled
    /// features, or a value of the graph; with ":max" the largest instead of the mean over all places, with ":cov" the
    /// covariances of the channels (bilinear pooling). Example: "stage3+pooled".</param>
    /// <exception cref="BackboneException">There is no such stage or value; the message lists the stages.</exception>
    public Backbone WithFeatures(string features)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(features);
        return features == FeaturesFrom ? this : features == FeatureSet.Pooled
            ? _plain : new Backbone(_plain, FeatureSet.Of(_plain, features), Preprocessing);
    }

    /// <summary>The same network shown other views of each picture (<see cref="Preprocessing.Views"/>).</summary>
    public Backbone WithViews(Augmentations views)
    {
        if (views == Preprocessing.Views)
            return this;
        var plain = new Backbone(_plain, _plain.Outputs, (Preprocessing with { Views = views }).Validate());
        return Outputs.FeaturesFrom is { } features ? plain.WithFeatures(features) : plain;
    }

    /// <summary>The same network for pictures of another size, with the same weights.</summary>
    /// <param name="size">Width and height in pixels.</param>
    /// <exception cref="BackboneException">The network does not take that size; the message says which near it do.</exception>
    public Backbone WithInputSize(int size) => Preprocessing.Width == size && Preprocessing.Height == size ? this
        : FromDescription(Describe() with { Preprocessing = Preprocessing.WithSize(size) }, ReadOnnx(), _source);

    /// <summary>The same network with another recipe's colour order and normalisation.</summary>
    /// <param name="recipe">Such as one of <see cref="PreprocessingRecipes"/>; its size and layout do not count.</param>
    /// <param name="evidence">How it was chosen, a line for each recipe that was tried.</param>
    /// <exception cref="BackboneException">The network takes bytes, and the recipe has a normalisation.</exception>
    public Backbone WithRecipe(Preprocessing recipe, IReadOnlyList<string>? evidence = null)
    {
        var preprocessing = Preprocessing.WithNormalizationOf(recipe);
        if (Graph.Inputs[0].StoredType == ElementType.UInt8)
            BackboneInput.CheckBytes(Name, preprocessing);
        var plain = new Backbone(_plain, _plain.Outputs, preprocessing)
        {
            PreprocessingEvidence = evidence,
            PreprocessingIsGuessed = false,
            Notes = Outputs.Notes,
        };
        return Outputs.FeaturesFrom is { } features ? plain.WithFeatures(features) : plain;
    }

    /// <summary>The same network up to its pooled features, with other weights, as a training gives them. What its own classifier
    /// said is lost: it does not fit the new features.</summary>
    /// <param name="trained">A graph that has this network's values and constants, among others perhaps.</param>
    /// <param name="name">The name of what it becomes; null for this one's with "-tuned" behind it.</param>
    /// <exception cref="BackboneException">It has no such values.</exception>
    public Backbone WithWeightsOf(Graph trained, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        name ??= Name.EndsWith(TunedSuffix, StringComparison.Ordinal) ? Name : Name + TunedSuffix;
        var body = trained.WithOutputs([.. ((string?[])[FeatureMapName, PooledName]).OfType<string>()]);
        return FromOnnx(OnnxWriter.ToBytes(body), name, new BackboneOptions
        {
            Name = name,
            Preprocessing = Preprocessing,
            PreprocessingEvidence = PreprocessingEvidence,
            FeatureMap = FeatureMapName,
            Pooled = PooledName,
            Licence = Licence,
        });
    }

    /// <summary>The same network up to its feature map, with the mean over all places for its pooled features: what stands in the
    /// place of fully connected layers (Zhou et al. 2016, section 2), so that class activation maps of a linear head are exact.
    /// Itself where the features are that already.</summary>
    /// <exception cref="BackboneException">The network has no feature map.</exception>
    public Backbone WithGlobalPooling()
    {
        if (PooledIsMeanOfMap && FeaturesFrom == FeatureSet.Pooled)
            return this;
        if (_plain.FeatureMapName is not { } map)
            throw new BackboneException($"The network '{Name}' has no feature map whose mean could be taken.");
        return FromOnnx(OnnxWriter.ToBytes(_plain.Graph.WithOutputs(map)), Name, new BackboneOptions
        {
            Name = Name,
            Preprocessing = Preprocessing,
            PreprocessingEvidence = PreprocessingEvidence,
            FeatureMap = map,
            Licence = Licence,
        });
    }

    /// <summary>The network's input for some prepared pictures.</summary>
    /// <param name="pixels">What <see cref="Preprocessing.Write"/> gave, one picture after the other.</param>
    /// <param name="count">How many pictures.</param>
    public Tensor InputOf(float[] pixels, int count)
    {
        var shape = Preprocessing.ShapeOf(count);
        return Graph.Inputs[0].Type == ElementType.Int32
            ? Tensor.Of(Array.ConvertAll(pixels, p => (int)p), shape) : Tensor.Of(pixels, shape);
    }

    /// <summary>Makes a backbone from the bytes of an ONNX file.</summary>
    /// <param name="onnx">The file's bytes.</param>
    /// <param name="name">A name, also for error messages.</param>
    /// <param name="options">What is known of it; what is left out is found from the graph.</param>
    /// <exception cref="BackboneException">It is no image network, or an option does not fit it.</exception>
    /// <exception cref="OnnxException">It is not an ONNX file that can be run; the message names the node.</exception>
    public static Backbone FromOnnx(byte[] onnx, string name, BackboneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Create(new OnnxBytes(name, onnx), onnx, options ?? new BackboneOptions());
    }

    /// <summary>A network of the literature up to its pooled features, with weights drawn at random, to be trained from scratch
    /// (<c>FineTuningOptions.FromScratch</c>). Pictures are brought to its size by their shorter side, pixels to 0..1;
    /// the training measures what is normalised by.</summary>
    /// <param name="architecture">Such as one of <see cref="ArchitectureCatalog.All"/>.</param>
    /// <param name="options">Input size, channels and seed; the classes do not count. Default: the architecture's own.</param>
    /// <param name="resize">How pictures are brought to the input size.</param>
    /// <exception cref="BackboneException">The input is too small for the network.</exception>
    public static Backbone FromArchitecture(Architecture architecture, ArchitectureOptions? options = null,
        ResizeMode resize = ResizeMode.ShorterSide)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        options ??= architecture.Defaults;
        var (name, size) = (architecture.Name, options.InputSize);
        try
        {
            var graph = architecture.Build(options with { Classes = 2 });
            string[] ends = [.. ((string[])["feature_map", "pooled"]).Where(graph.HasValue)];
            var pooled = ends.Contains("pooled") ? "pooled" : null;
            return FromOnnx(OnnxWriter.ToBytes(graph.WithOutputs(ends)), name, new BackboneOptions
            {
                Name = name,
                Preprocessing = new Preprocessing
                {
                    Width = size,
                    Height = size,
                    Resize = resize,
                    ShorterSide = size,
                    Scale = 1f / 255,
                },
                FeatureMap = "feature_map",
                Pooled = pooled,
            });
        }
        catch (OnnxException error)
        {
            throw new BackboneException($"The network '{name}' cannot be built for pictures of {size} x {size}, its usual size "
                + $"is {architecture.DefaultInputSize}: {error.Message}");
        }
    }

    /// <summary>SHA-256 in hexadecimal, as <see cref="Sha256"/> has it.</summary>
    internal static string HashOf(byte[] onnx) => Convert.ToHexStringLower(SHA256.HashData(onnx));

    /// <summary>Makes a backbone; who has parsed or hashed the bytes already hands that over.</summary>
    internal static Backbone Create(IOnnxSource source, byte[] onnx, BackboneOptions options, OnnxModel? parsed = null,
        string? sha256 = null)
    {
        // The hash of a large file takes as long as all the rest.
        var hash = sha256 is null ? Task.Run(() => HashOf(onnx)) : Task.FromResult(sha256);
        parsed ??= OnnxModel.Parse(onnx, source.Name);
        options = options.Or(ExportedFile.OptionsOf(parsed, source.Name));
        var input = BackboneInput.Of(ExportedFile.NetworkOf(parsed), source.Name, options.Preprocessing);
        var outputs = OutputDiscovery.Find(input.Graph, source.Name, input.Preprocessing, options);
        var name = options.Name ?? Path.GetFileNameWithoutExtension(source.Name);
        var plain = new Backbone(source, hash.GetAwaiter().GetResult(), name, input.Graph, input.Preprocessing, outputs, options)
        {
            PreprocessingIsGuessed = input.IsGuessed,
            Notes = [.. input.Notes, .. outputs.Notes],
        };
        return options.FeaturesFrom is { } features ? plain.WithFeatures(features) : plain;
    }

    internal static Backbone FromDescription(CardBackbone description, byte[] onnx, IOnnxSource source) => Create(
        source,
        onnx,
        new BackboneOptions
        {
            Name = description.Name,
            Preprocessing = description.Preprocessing,
            PreprocessingEvidence = description.PreprocessingEvidence,
            Outputs = description.Outputs,
            FeatureMap = description.FeatureMap,
            Pooled = description.Pooled,
            FeaturesFrom = description.FeaturesFrom,
            Logits = description.Logits,
            ClassNames = description.ClassNames.Count > 0 ? description.ClassNames : null,
            Licence = description.Licence,
        });

    internal static string KeyOf(CardBackbone description)
    {
        var recipe = SHA256.HashData(ModelJson.ToBytes(description with { Embedded = false }));
        return $"{description.Sha256}-{Convert.ToHexStringLower(recipe.AsSpan(0, 4))}";
    }

    internal CardBackbone Describe() => new()
    {
        Name = Name,
        Sha256 = Sha256,
        Preprocessing = Preprocessing,
        PreprocessingEvidence = PreprocessingEvidence,
        Outputs = OutputKind,
        FeatureMap = _plain.FeatureMapName,
        Pooled = _plain.Outputs.PooledIsAdded ? null : _plain.PooledName,
        FeaturesFrom = Outputs.FeaturesFrom,
        Logits = Outputs.LogitsAreAdded ? null : LogitsName,
        ClassNames = ClassNames,
        Licence = Licence,
    };

    /// <summary>The ONNX file's bytes.</summary>
    /// <exception cref="BackboneException">The file is gone, or is another one now.</exception>
    internal byte[] ReadOnnx()
    {
        var bytes = _source.Read();
        return HashOf(bytes) == Sha256
            ? bytes
            : throw new BackboneException($"{_source.Name}: the file has changed since the backbone '{Name}' was made from it.");
    }

    private static IReadOnlyList<string> NamesFor(string name, int count, IReadOnlyList<string>? names)
    {
        if (names is not null && names.Count != count && !(count == 1 && names.Count == 2))
        {
            throw new BackboneException($"The backbone '{name}' has {(count == 0 ? "no classifier" : $"{count} classes")}, but "
                + $"{names.Count} class names were given.");
        }

        return names ?? ImageNetClasses.Names(count) ?? [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
    }
}
