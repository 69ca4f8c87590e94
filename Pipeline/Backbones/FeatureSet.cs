using System.Globalization;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Features from several depths: each named value averaged over its places (or its largest taken, with ":max", or the covariances
/// of its channels, with ":cov"), all joined to one vector.
/// </summary>
internal static class FeatureSet
{
    public const string Pooled = "pooled";

    /// <summary>What stands behind a name whose covariances are taken.</summary>
    public const string OfCovariances = ":cov";

    private const string Max = "max";
    private const string Covariance = "cov";
    private const string Joined = "joined_features";

    /// <summary>How a part is pooled, as its name says it; null for the mean.</summary>
    public static string? PoolingOf(FeaturePart part) => part.Name == part.Value ? null : Split(part.Name).Pooling;

    /// <summary>The outputs of a network with its features taken as the text says: names of stages, "pooled", values, joined by
    /// "+".</summary>
    /// <exception cref="BackboneException">There is no such stage or value; the message lists the stages.</exception>
    public static BackboneOutputs Of(Backbone backbone, string text)
    {
        var outputs = backbone.Outputs;
        var facts = new GraphFacts(outputs.Graph, backbone.Preprocessing);
        var names = outputs.Graph.HasValue(text) ? [text] : text.Split('+', StringSplitOptions.TrimEntries);
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new BackboneException($"The features '{text}' name '{twice.Key}' twice.");
        var sources = names.Select(n => SourceOf(backbone, facts, n)).ToArray();
        var nodes = new List<Node>(outputs.Graph.Nodes);
        var constants = new Dictionary<string, Tensor>(outputs.Graph.Constants, StringComparer.Ordinal);
        var vectors = new string[sources.Length];
        for (var i = 0; i < sources.Length; i++)
            (vectors[i], sources[i]) = Vector(sources[i], $"{Joined}_{i}", nodes, constants);
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
        var deepest = Enumerable.Range(0, sources.Length).Where(i => sources[i].MapPooling != MapPooling.None)
            .OrderBy(i => sources[i].Map!.Value.Height * sources[i].Map!.Value.Width).ThenByDescending(i => sources[i].Depth)
            .ThenBy(i => sources[i].MapPooling).Cast<int?>().FirstOrDefault();
        var shown = deepest is { } index ? sources[index] : null;
        return outputs with
        {
            Graph = new Graph(graph.Name, graph.Inputs, nodes, constants, graph.Outputs),
            FeatureMap = shown is null ? outputs.FeatureMap : shown.MapValue ?? shown.Value,
            FeatureMapShape = shown is null ? outputs.FeatureMapShape : shown.Map,
            FeatureMapPooling = shown?.MapPooling ?? MapPooling.None,
            FeatureMapOffset = deepest is { } place ? parts[place].Offset : -1,
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
                MapPooling = outputs.FeatureMapPooling,
                Depth = int.MaxValue,
            };
        }

        var value = backbone.Stages.FirstOrDefault(s => s.Name == plain)?.Value ?? (plain == Pooled ? outputs.FeatureMap : plain);
        if (value is null || !facts.Graph.HasValue(value) || facts.IsConstant(value))
            throw Unknown(backbone, name);
        var depth = facts.Graph.Nodes.TakeWhile(n => !n.Outputs.Contains(value)).Count();
        switch (facts.Shape(value))
        {
            case [_, var channels, var height, var width] when height * width > 1:
                if (kind == Covariance)
                {
                    var kept = CovariancePooling.ChannelsOf(channels);
                    return new Source(name, value, CovariancePooling.FeaturesOf(kept), null, null)
                    {
                        Channels = channels,
                        Map = new FeatureMapShape(kept, height, width),
                        MapPooling = MapPooling.Covariance,
                        Depth = depth,
                    };
                }

                // Where the network has this mean itself, it is the same value to the bit.
                var own = kind is null && outputs.PooledIsMeanOfMap && value == outputs.FeatureMap ? outputs.Pooled : null;
                return new Source(name, value, channels, kind == Max ? "GlobalMaxPool" : "GlobalAveragePool", own)
                {
                    Map = new FeatureMapShape(channels, height, width),
                    MapPooling = kind is null ? MapPooling.Mean : MapPooling.None,
                    Depth = depth,
                };
            case { Length: >= 2 and <= 4 } when kind == Covariance:
                throw new BackboneException(
                    $"The value '{plain}' of '{backbone.Name}' has one place only, so its channels have no covariances. Name "
                    + $"a map.");
            case { Length: >= 2 } shape when shape.Length <= 4 && shape.Skip(2).All(s => s == 1) && shape[1] > 0:
                return new Source(name, value, shape[1], null, null) { Depth = depth };
            case var other:
                var sizes = other is null
                    ? "unknown" : string.Join(" x ", other.Select(s => s.ToString(CultureInfo.InvariantCulture)));
                throw new BackboneException(
                    $"The value '{name}' of '{backbone.Name}' has the shape {sizes}; features come from maps (N x K x H x W) "
                    + $"or vectors (N x K).");
        }
    }

    private static (string Name, string? Pooling) Split(string name) =>
        name.LastIndexOf(':') is > 0 and var at && name[(at + 1)..] is Max or Covariance
            ? (name[..at], name[(at + 1)..]) : (name, null);

    /// <summary>Adds the nodes that make a source N x K; gives their name, and the source with the map that is shown of
    /// it.</summary>
    private static (string Vector, Source Source) Vector(Source source, string prefix, List<Node> nodes,
        Dictionary<string, Tensor> constants)
    {
        if (source.MapPooling == MapPooling.Covariance)
        {
            var (features, map) = CovariancePooling.Add(source.Value, source.Channels, prefix, nodes, constants);
            return (features, source with { MapValue = map });
        }

        var value = source.Ready ?? source.Value;
        if (source.Pooling is { } pooling && source.Ready is null)
        {
            nodes.Add(new Node(pooling, [value], [$"{prefix}_pooled"]));
            value = $"{prefix}_pooled";
        }

        nodes.Add(new Node("Flatten", [value], [prefix]));
        return (prefix, source);
    }

    private static BackboneException Unknown(Backbone backbone, string name)
    {
        var stages = backbone.Stages.Count > 0 ? string.Join(", ", backbone.Stages.Select(s => s.Name)) : "none";
        return new BackboneException(
            $"The backbone '{backbone.Name}' has no stage or value '{name}'; its stages "
            + $"are {stages}, and '{Pooled}' stands for its own pooled features.");
    }

    /// <summary>A part to be: the value, how it is pooled, and the value that is this already, if any.</summary>
    private sealed record Source(string Name, string Value, int Length, string? Pooling, string? Ready)
    {
        public FeatureMapShape? Map { get; init; }

        public MapPooling MapPooling { get; init; }

        /// <summary>The value that heatmaps are made of, if it is not the source's own.</summary>
        public string? MapValue { get; init; }

        /// <summary>The channels of the value before they are projected, for covariances.</summary>
        public int Channels { get; init; }

        public int Depth { get; init; }
    }
}
