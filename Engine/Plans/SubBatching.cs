using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans.Lowering;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// Decides which stretches of a graph are done for a few images of the batch at a time: where the maps of the whole batch would
/// go through memory from layer to layer, and the weights, read again for every few images, cost less.
/// </summary>
/// <remarks>
/// The least sum over the nodes of bytes that come from memory, found by dynamic programming over the cuts between nodes and the
/// number of images at a time. Results do not depend on it: every kernel does the same arithmetic for an image in any batch.
/// </remarks>
internal sealed class SubBatching
{
    private readonly Graph _graph;
    private readonly PlanBuilder _builder;
    private readonly CacheModel _cache;
    private readonly int _batch;
    private readonly long[] _mapBytes;
    private readonly long[] _weightBytes;
    private readonly List<string>?[] _live;

    private SubBatching(Graph graph, PlanBuilder builder, int batch, ConcatPlacement concats, CacheModel cache)
    {
        _graph = graph;
        _builder = builder;
        _cache = cache;
        _batch = batch;
        _mapBytes = [.. graph.Nodes.Select(MapBytes)];
        _weightBytes = [.. graph.Nodes.Select(n => Lowerings.PackedBytes(n, builder))];
        _live = LiveAtCuts(concats);
    }

    /// <summary>All nodes of the graph, stretch by stretch.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="builder">Knows sizes.</param>
    /// <param name="inputShapes">Sizes of the inputs.</param>
    /// <param name="concats">Values that lie in one another's memory.</param>
    /// <param name="cache">What stays in the cache.</param>
    public static IReadOnlyList<SubBatch> Of(
        Graph graph, PlanBuilder builder, IReadOnlyDictionary<string, int[]> inputShapes, ConcatPlacement concats,
        CacheModel cache)
    {
        var batch = inputShapes.Count == 0 ? 1 : inputShapes.Values.First().FirstOrDefault(1);
        var possible = batch > 1 && graph.Nodes.Count > 0 && inputShapes.Values.All(s => s.Length > 0 && s[0] == batch)
            && RowIndependence.Of(graph);
        return possible
            ? new SubBatching(graph, builder, batch, concats, cache).Cheapest()
            : [new SubBatch(0, graph.Nodes.Count, 0, [])];
    }

    private SubBatch[] Cheapest()
    {
        int[] sizes = [0, .. Enumerable.Range(0, 16).Select(i => 1 << i).Where(s => s * Math.Max(2, _builder.Threads) <= _batch)];
        var count = _graph.Nodes.Count;

        // cost[cut, i]: of all nodes before the cut, the last of them done for sizes[i] images at a time.
        var cost = new double[count + 1, sizes.Length];
        var before = new int[count + 1, sizes.Length];
        for (var cut = 0; cut < count; cut++)
        {
            var cheapest = Enumerable.Range(0, sizes.Length).MinBy(i => cost[cut, i]);
            var change = cut == 0 ? 0 : cost[cut, cheapest] + CutCost(cut);
            for (var i = 0; i < sizes.Length; i++)
            {
                var changes = _live[cut] is not null && change < cost[cut, i];
                before[cut + 1, i] = changes ? cheapest : i;
                cost[cut + 1, i] = (changes ? change : cost[cut, i]) + NodeCost(cut, sizes[i]);
            }
        }

        var stretches = new List<SubBatch>();
        int at = Enumerable.Range(0, sizes.Length).MinBy(i => cost[count, i]), end = count;
        for (var node = count - 1; node >= 0; node--)
        {
            var previous = before[node + 1, at];
            if (node == 0 || previous != at)
            {
                stretches.Add(new SubBatch(node, end, sizes[at], LeavingFrom(node, end)));
                end = node;
                at = previous;
            }
        }

        stretches.Reverse();
        return [.. stretches];
    }

    private List<string> LeavingFrom(int first, int end)
    {
        var made = new HashSet<string>(_graph.Nodes.Take(end).Skip(first).SelectMany(n => n.Outputs), StringComparer.Ordinal);
        return [.. _live[end]!.Where(made.Contains)];
    }

    private double NodeCost(int node, int images)
    {
        var together = _mapBytes[node] * (images == 0 ? _batch : images * (double)_builder.Threads);
        var missed = Math.Clamp((together / _cache.Bytes) - 0.25, 0, 1);
        var weights = _weightBytes[node] * _cache.WeightCost * (images == 0 ? 1 : (double)_batch / images);
        return (missed * _mapBytes[node] * _batch) + weights;
    }

    /// <summary>What goes through memory where stretches meet.</summary>
    private double CutCost(int cut) => _live[cut] is { } live ? live.Sum(Bytes) : 0;

    private long Bytes(string value) => _builder.IsMap(value) ? Tensor.LengthOf(_builder.ShapeOf(value)!) * sizeof(float) : 0;

    /// <summary>Bytes of maps that a node reads and writes for one image.</summary>
    private long MapBytes(Node node) =>
        node.Inputs.Concat(node.Outputs).Where(v => v.Length > 0 && _builder.ConstantOf(v) is null).Sum(Bytes) / _batch;

    /// <summary>The values made before and read after each cut; null where there can be no cut.</summary>
    private List<string>?[] LiveAtCuts(ConcatPlacement concats)
    {
        var count = _graph.Nodes.Count;
        var madeAt = new Dictionary<string, int>(StringComparer.Ordinal);
        var lastRead = new Dictionary<string, int>(StringComparer.Ordinal);
        var joins = new Dictionary<string, (int First, int Last)>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            foreach (var input in _graph.Nodes[i].Inputs)
            {
                lastRead[input] = i;
                if (_builder.Absorbed.TryGetValue(input, out var normalization))
                    lastRead[normalization.Inputs[0]] = i;
            }

            foreach (var output in _graph.Nodes[i].Outputs.Where(o => o.Length > 0 && _builder.ConstantOf(o) is null))
            {
                madeAt[output] = i;
                if (concats.TryFind(output, out var root, out _))
                    joins[root] = joins.TryGetValue(root, out var range) ? (range.First, i) : (i, i);
            }
        }

        foreach (var output in _graph.Outputs)
            lastRead[output] = count;
        var live = new List<string>?[count + 1];
        for (var cut = 1; cut < count; cut++)
        {
            var splitsJoin = joins.Values.Any(j => j.First < cut && cut <= j.Last);
            List<string> values = [.. madeAt.Where(m => m.Value < cut && lastRead.GetValueOrDefault(m.Key, -1) >= cut)
                .Select(m => m.Key)
                .Where(v => !_builder.Absorbed.ContainsKey(v))];
            live[cut] = !splitsJoin && values.TrueForAll(v => _builder.IsMap(v) && _builder.ShapeOf(v)![0] == _batch)
                ? values : null;
        }

        live[0] = [];
        live[count] = [.. _graph.Outputs.Distinct()];
        return live;
    }
}
