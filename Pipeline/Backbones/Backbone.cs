using System.Security.Cryptography;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;

namespace MlPipeline.Pipeline;

/// <summary>
/// A pretrained network and what must be known to use it: how pictures are prepared, and which of its values are the feature map, the
/// pooled features and the logits. Found with <see cref="BackboneCatalog"/>. Immutable.
/// </summary>
public sealed class Backbone
{
    private readonly IOnnxSource _source;

    private Backbone(IOnnxSource source, string sha256, string name, Graph graph, Preprocessing preprocessing, BackboneOutputs outputs, BackboneOptions options)
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
        Classifier = outputs.ClassifierWeights is { } weights
            ? new LinearHeadWeights(weights, outputs.ClassifierBiases!, ClassNames)
            : null;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The network as read from its file (with a mean over the feature map added where the file has no pooled features).</summary>
    public Graph Graph { get; }

    /// <summary>The network's input.</summary>
    public string InputName { get; }

    /// <summary>How pictures are prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The value that is the feature map (N x K x H x W); null when none was found.</summary>
    public string? FeatureMapName => Outputs.FeatureMap;

    /// <summary>The shape of one feature map; null when there is none.</summary>
    public FeatureMapShape? FeatureMapShape => Outputs.FeatureMapShape;

    /// <summary>The value that is the pooled features; null when none were found.</summary>
    public string? PooledName => Outputs.Pooled;

    /// <summary>The number of pooled features; 0 when there are none.</summary>
    public int FeatureCount => Outputs.FeatureCount;

    /// <summary>True when the pooled features are the spatial mean of the feature map: class activation maps are then exact.</summary>
    public bool PooledIsMeanOfMap => Outputs.PooledIsMeanOfMap;

    /// <summary>The value that is the logits (before a final softmax); null when the network has no classifier.</summary>
    public string? LogitsName => Outputs.Logits;

    /// <summary>The number of the network's own classes; 0 when it has no classifier.</summary>
    public int ClassCount => Outputs.ClassCount;

    /// <summary>The network's own class names, or "class 0", "class 1" ... when they are not known.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The weights of the network's own classifier over the pooled features; null when it is not linear in them.</summary>
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
        return Create(new OnnxBytes(name, onnx), onnx, options ?? new BackboneOptions(), []);
    }

    internal static Backbone Create(IOnnxSource source, byte[] onnx, BackboneOptions options, IReadOnlyList<string> notes)
    {
        var graph = OnnxModel.Parse(onnx, source.Name).ToGraph();
        var input = BackboneInput.Of(graph, source.Name, options.Preprocessing);
        var outputs = OutputDiscovery.Find(graph, source.Name, input.Preprocessing, options);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(onnx));
        var name = options.Name ?? Path.GetFileNameWithoutExtension(source.Name);
        return new Backbone(source, sha256, name, graph, input.Preprocessing, outputs, options) { Notes = [.. notes, .. input.Notes, .. outputs.Notes] };
    }

    internal static Backbone FromDescription(ManifestBackbone description, byte[] onnx, IOnnxSource source) => Create(
        source,
        onnx,
        new BackboneOptions
        {
            Name = description.Name,
            Preprocessing = description.Preprocessing,
            FeatureMap = description.FeatureMap,
            Pooled = description.Pooled,
            Logits = description.Logits,
            ClassNames = description.ClassNames.Count > 0 ? description.ClassNames : null,
            Licence = description.Licence,
        },
        []);

    internal static string KeyOf(ManifestBackbone description)
    {
        var recipe = SHA256.HashData(ArchiveJson.ToBytes(description with { Embedded = false }));
        return $"{description.Sha256}-{Convert.ToHexStringLower(recipe.AsSpan(0, 4))}";
    }

    internal ManifestBackbone Describe() => new()
    {
        Name = Name,
        Sha256 = Sha256,
        Preprocessing = Preprocessing,
        FeatureMap = FeatureMapName,
        Pooled = Outputs.PooledIsAdded ? null : PooledName,
        Logits = LogitsName,
        ClassNames = ClassNames,
        Licence = Licence,
    };

    /// <summary>The ONNX file's bytes.</summary>
    /// <exception cref="BackboneException">The file is gone, or is another one now.</exception>
    internal byte[] ReadOnnx()
    {
        var bytes = _source.Read();
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == Sha256
            ? bytes
            : throw new BackboneException($"{_source.Name}: the file has changed since the backbone '{Name}' was made from it.");
    }

    private static IReadOnlyList<string> NamesFor(string name, int count, IReadOnlyList<string>? names)
    {
        if (names is not null && names.Count != count)
        {
            throw new BackboneException($"The backbone '{name}' has {count} classes, but {names.Count} class names were given.");
        }

        return names ?? [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
    }
}
