using System.Globalization;
using MlPipeline.Engine.Graphs;

namespace MlPipeline.Pipeline;

/// <summary>
/// Features from several depths: each named value averaged over its places (or its largest taken, with ":max"), all joined to one vector.
/// </summary>
internal static class FeatureSet
{
    public const string Pooled = "pooled";

    private const string Joined = "joined_features";

    // What may stand behind a name and a colon, and the operation that makes a vector of the map then. Without one it is the mean.
    private static readonly Dictionary<string, string> s_poolings = new(StringComparer.Ordinal) { ["max"] = "GlobalMaxPool" };

    /// <summary>How a part is pooled, as its name says it; null for the mean.</summary>
    public static string? PoolingOf(FeaturePart part) => part.Name == part.Value ? null : Split(part.Name).Pooling;

    /// <summary>The outputs of a network with its features taken as the text says: names of stages, "pooled", values, joined by "+".</summary>
    /// <exception cref="BackboneException">There is no such stage or value; the message lists the stages.</exception>
    public static BackboneOutputs Of(Backbone backbone, string text)
    {
        var outputs = backbone.Outputs;
        var facts = new GraphFacts(outputs.Graph, backbone.Preprocessing);
        var names = outputs.Graph.HasValue(text) ? [text] : text.Split('+', StringSplitOptions.TrimEntries);
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new BackboneException($"The features '{text}' name '{twice.Key}' twice.");
        }

        var sources = names.Select(n => SourceOf(backbone, facts, n)).ToArray();
        var nodes = new List<Node>(outputs.Graph.Nodes);
        var vectors = sources.Select((s, i) => Vector(s, i, nodes)).ToArray();
        var features = vectors[0];
        if (vectors.Length > 1)
        {
            features = Joined;
            nodes.Add(new Node("Concat", vectors, [Joined], NodeAttributes.Of(("axis", 1))));
        }

        var offset = 0;
        var parts = new List<FeaturePart>();
        foreach (var source in sources)
        {
            parts.Add(new FeaturePart(source.Name, source.Value, offset, source.Length));
            offset += source.Length;
        }

        var graph = outputs.Graph;
        var deepest = Enumerable.Range(0, sources.Length).Where(i => sources[i].IsMeanOfMap)
            .OrderBy(i => sources[i].Map!.Value.Height * sources[i].Map!.Value.Width).ThenByDescending(i => sources[i].Depth).Cast<int?>().FirstOrDefault();
        return outputs with
        {
            Graph = new Graph(graph.Name, graph.Inputs, nodes, graph.Constants, graph.Outputs),
            FeatureMap = deepest is { } d ? sources[d].Value : outputs.FeatureMap,
            FeatureMapShape = deepest is { } e ? sources[e].Map : outputs.FeatureMapShape,
            FeatureMapOffset = deepest is { } f ? parts[f].Offset : -1,
            Pooled = features,
            FeatureCount = offset,
            FeaturesFrom = string.Join('+', names),
            Parts = parts,
            ClassifierWeights = null,
            ClassifierBiases = null,
        };
    }

    private static Source SourceOf(Backbone backbone, GraphFacts facts, string name)
    {
        var outputs = backbone.Outputs;
        var (plain, kind) = facts.Graph.HasValue(name) ? (name, null) : Split(name);
        if (plain == Pooled && kind is null && outputs.Pooled is { } pooled)
        {
            return new Source(name, outputs.PooledIsMeanOfMap ? outputs.FeatureMap! : pooled, outputs.FeatureCount, null, pooled)
            {
                Map = outputs.PooledIsMeanOfMap ? outputs.FeatureMapShape : null,
                IsMeanOfMap = outputs.PooledIsMeanOfMap,
                Depth = int.MaxValue,
            };
        }

        var value = backbone.Stages.FirstOrDefault(s => s.Name == plain)?.Value ?? (plain == Pooled ? outputs.FeatureMap : plain);
        if (value is null || !facts.Graph.HasValue(value) || facts.IsConstant(value))
        {
            throw Unknown(backbone, name);
        }

        var depth = facts.Graph.Nodes.TakeWhile(n => !n.Outputs.Contains(value)).Count();
        switch (facts.Shape(value))
        {
            case [_, var channels, var height, var width] when height * width > 1:
                // Where the network has this mean itself, it is the same value to the bit.
                var own = kind is null && outputs.PooledIsMeanOfMap && value == outputs.FeatureMap ? outputs.Pooled : null;
                return new Source(name, value, channels, kind is null ? "GlobalAveragePool" : s_poolings[kind], own)
                {
                    Map = new FeatureMapShape(channels, height, width),
                    IsMeanOfMap = kind is null,
                    Depth = depth,
                };
            case { Length: >= 2 } shape when shape.Length <= 4 && shape.Skip(2).All(s => s == 1) && shape[1] > 0:
                return new Source(name, value, shape[1], null, null) { Depth = depth };
            case var other:
                var sizes = other is null ? "unknown" : string.Join(" x ", other.Select(s => s.ToString(CultureInfo.InvariantCulture)));
                throw new BackboneException($"The value '{name}' of '{backbone.Name}' has the shape {sizes}; features come from maps (N x K x H x W) or vectors (N x K).");
        }
    }

    private static (string Name, string? Pooling) Split(string name) =>
        name.LastIndexOf(':') is > 0 and var at && s_poolings.ContainsKey(name[(at + 1)..]) ? (name[..at], name[(at + 1)..]) : (name, null);

    /// <summary>Adds the nodes that make a source N x K.</summary>
    private static string Vector(Source source, int index, List<Node> nodes)
    {
        var value = source.Ready ?? source.Value;
        if (source.Pooling is { } pooling && source.Ready is null)
        {
            nodes.Add(new Node(pooling, [value], [$"{Joined}_{index}_pooled"]));
            value = $"{Joined}_{index}_pooled";
        }

        nodes.Add(new Node("Flatten", [value], [$"{Joined}_{index}"]));
        return $"{Joined}_{index}";
    }

    private static BackboneException Unknown(Backbone backbone, string name)
    {
        var stages = backbone.Stages.Count > 0 ? string.Join(", ", backbone.Stages.Select(s => s.Name)) : "none";
        return new BackboneException(
            $"The backbone '{backbone.Name}' has no stage or value '{name}'; its stages are {stages}, and '{Pooled}' stands for its own pooled features.");
    }

    /// <summary>A part to be: the value, how it is pooled, and the value that is this already, if any.</summary>
    private sealed record Source(string Name, string Value, int Length, string? Pooling, string? Ready)
    {
        public FeatureMapShape? Map { get; init; }

        public bool IsMeanOfMap { get; init; }

        public int Depth { get; init; }
    }
}
