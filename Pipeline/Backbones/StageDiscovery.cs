using MlPipeline.Engine.Graphs;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Finds the stages of a network: of the values through which every way from the input to the feature map goes (so not inside a
/// residual or inception block), the last before each drop of spatial resolution. Resolutions are told apart by the product of
/// the strides, so the stages are the same for every input size, and convolutions without padding make none.
/// </summary>
internal static class StageDiscovery
{
    // A value with fewer channels is the picture itself, normalised inside the graph.
    private const int FewestChannels = 5;

    private static readonly HashSet<string> s_windows = ["Conv", "MaxPool", "AveragePool", "BatchNormalization", "LRN"];
    private static readonly HashSet<string> s_reordering = ["Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    public static IReadOnlyList<BackboneStage> Find(GraphFacts facts, string? map)
    {
        if (map is null)
            return [];
        var strides = new Dictionary<string, int>(StringComparer.Ordinal);
        var planes = new HashSet<string>(StringComparer.Ordinal);
        var last = new SortedDictionary<int, string>();
        foreach (var (node, cut) in Cuts(facts, map))
        {
            var inputs = node.Inputs.Where(i => i.Length > 0 && !facts.IsConstant(i)).ToArray();
            var stride = inputs.Select(i => strides.GetValueOrDefault(i, 1)).Max() * StrideOf(node);
            var isPlanes = s_windows.Contains(node.OpType)
                || (!s_reordering.Contains(node.OpType) && inputs.All(planes.Contains));
            foreach (var output in node.Outputs)
            {
                strides[output] = stride;
                if (isPlanes)
                    planes.Add(output);
            }

            if (cut is not null && planes.Contains(cut) && facts.Shape(cut) is [_, >= FewestChannels, > 1, > 1])
                last[strides[cut]] = facts.BehindTransparentKeepingPlaces(cut);
        }

        // The feature map ends the list whatever its shape is.
        last[strides.GetValueOrDefault(map, 1)] = map;
        return [.. last.Where(s => s.Key <= strides.GetValueOrDefault(map, 1))
            .Select((s, i) => Stage(facts, $"stage{i + 1}", s.Value, s.Key))];
    }

    private static BackboneStage Stage(GraphFacts facts, string name, string value, int stride) =>
        new(name, value, facts.Shape(value) is { Length: 4 } shape
            ? new FeatureMapShape(shape[1], shape[2], shape[3]) : default, stride);

    /// <summary>The nodes on the way to the map, each with the one value that is still needed after it; null where there are
    /// several.</summary>
    private static IEnumerable<(Node Node, string? Cut)> Cuts(GraphFacts facts, string map)
    {
        var nodes = facts.Graph.WithOutputs(map).Nodes.Where(n => n.Outputs.Any(o => o.Length > 0 && !facts.IsConstant(o)))
            .ToArray();
        var uses = new Dictionary<string, int>(StringComparer.Ordinal) { [map] = 1 };
        foreach (var value in nodes.SelectMany(n => n.Inputs))
            uses[value] = uses.GetValueOrDefault(value) + 1;
        var alive = new HashSet<string>(facts.Graph.Inputs.Select(i => i.Name), StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (var value in node.Inputs)
            {
                if (--uses[value] == 0)
                    alive.Remove(value);
            }

            alive.UnionWith(node.Outputs.Where(o => uses.GetValueOrDefault(o) > 0));
            yield return (node, alive.Count == 1 ? alive.First() : null);
        }
    }

    private static int StrideOf(Node node) => node.OpType is "Conv" or "MaxPool" or "AveragePool"
        && node.Attributes.Ints("strides") is { Length: > 0 } strides
        ? (int)strides.Max()
        : 1;
}
