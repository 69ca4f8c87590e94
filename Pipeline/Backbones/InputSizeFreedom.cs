using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Lets a network take another input size than the one in its file, where nothing in it but the file's word stands against that:
/// every shape fits, maps that were added to one another still have one size, and the outputs keep their shapes (as in fully
/// convolutional networks that end in a mean over all places). A pooling whose only window holds the whole map is such a mean
/// too, though it was written with the size of its window.
/// </summary>
internal static class InputSizeFreedom
{
    // Where sizes that fit are looked for: the strides of usual networks multiply to 32, so that there is one within 64 pixels.
    private const int Step = 8;
    private const int Steps = 8;

    /// <summary>The graph with the wanted input size when the file has another one; the graph as it is otherwise.</summary>
    /// <exception cref="BackboneException">The network does not take that size; the message names the node, and the nearest sizes
    /// that it takes.</exception>
    public static Graph For(Graph graph, Preprocessing wanted, string name)
    {
        var sizes = graph.Inputs[0].Dimensions!;
        var first = wanted.Layout == PixelLayout.Nchw ? 2 : 1;
        var (height, width) = (sizes[first], sizes[first + 1]);
        if (height <= 0 || width <= 0 || (height == wanted.Height && width == wanted.Width))
            return graph;
        var before = new GraphFacts(graph, wanted with { Height = height, Width = width });
        Node[] nodes = [.. graph.Nodes.Select(n => IsWindowOfAll(before, n) ? Mean(n) : n)];
        var (sized, reason) = At(wanted);
        if (sized is not null)
            return sized;
        var nearest = wanted.Width == wanted.Height
            ? Nearest(wanted.Width, side => At(wanted with { Width = side, Height = side }).Graph is not null) : "";
        throw new BackboneException($"{name}: the preprocessing gives {wanted.Width} x {wanted.Height} pixels, but the network "
            + $"takes {width} x {height}, and cannot be given that size: {reason}.{nearest}");

        (Graph? Graph, string? Reason) At(Preprocessing at)
        {
            try
            {
                var input = graph.Inputs[0];
                var other = new Graph(graph.Name,
                    [input with { Dimensions = [.. sizes.Take(first), at.Height, at.Width, .. sizes.Skip(first + 2)] }],
                    nodes, graph.Constants, graph.Outputs);
                return Difference(before, new GraphFacts(other, at)) is { } difference ? (null, difference) : (other, null);
            }
            catch (OnnxException error)
            {
                return (null, error.Message);
            }
        }
    }

    private static bool IsWindowOfAll(GraphFacts facts, Node node) => node.OpType == "AveragePool" && facts.IsGlobalMean(node);

    private static Node Mean(Node pooling) => new("GlobalAveragePool", pooling.Inputs, pooling.Outputs, name: pooling.Name);

    /// <summary>What would be another network; null where there is nothing.</summary>
    private static string? Difference(GraphFacts own, GraphFacts other)
    {
        foreach (var node in other.Graph.Nodes)
        {
            // A map of one place would be added to all places of another one, without a word.
            string[] values = [.. node.Inputs.Where(i => i.Length > 0 && !other.IsConstant(i))];
            foreach (var value in values.Skip(1))
            {
                if (SameShape(own, values[0], value) && !SameShape(other, values[0], value))
                {
                    return $"node '{node.Name}' ({node.OpType}) joins maps of {Size(other, values[0])} and "
                        + $"{Size(other, value)}, which had one size";
                }
            }
        }

        return other.Graph.Outputs.FirstOrDefault(o => !(own.Shape(o) is { } shape && other.Shape(o) is { } now
            && shape.SequenceEqual(now))) is { } output ? $"its output '{output}' would have another shape" : null;
    }

    private static bool SameShape(GraphFacts facts, string value, string other) =>
        facts.Shape(value) is { } one && facts.Shape(other) is { } two && one.SequenceEqual(two);

    private static string Size(GraphFacts facts, string value) => string.Join(" x ", facts.Shape(value)?.Skip(2) ?? []);

    private static string Nearest(int side, Func<int, bool> fits)
    {
        int[] below = [.. Enumerable.Range(1, Steps).Select(s => ((side - 1) / Step * Step) - (Step * (s - 1)))];
        int[] above = [.. Enumerable.Range(1, Steps).Select(s => (side / Step * Step) + (Step * s))];
        int[] found = [.. ((int[][])[below, above]).Select(sizes => sizes.FirstOrDefault(size => size > 0 && fits(size)))
            .Where(size => size > 0)];
        return found.Length == 0 ? "" : $" Sizes near it that fit: {string.Join(" and ", found)}.";
    }
}
