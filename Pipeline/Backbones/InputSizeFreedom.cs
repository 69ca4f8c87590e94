using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Lets a network take another input size than the one in its file, where nothing in it but the file's word stands against that:
/// every shape fits, and the outputs keep theirs (as in fully convolutional networks that end in a mean over all places).
/// </summary>
internal static class InputSizeFreedom
{
    /// <summary>The graph with a free input size when the wanted one needs it and works; the graph as it is otherwise.</summary>
    public static Graph For(Graph graph, Preprocessing wanted)
    {
        var sizes = graph.Inputs[0].Dimensions!;
        var first = wanted.Layout == PixelLayout.Nchw ? 2 : 1;
        var (height, width) = (sizes[first], sizes[first + 1]);
        if (height <= 0 || width <= 0 || (height == wanted.Height && width == wanted.Width))
            return graph;
        try
        {
            var input = graph.Inputs[0];
            var free = new Graph(
                graph.Name,
                [input with { Dimensions = [.. sizes.Select((s, i) => i == first || i == first + 1 ? -1 : s)] }],
                graph.Nodes, graph.Constants, graph.Outputs);
            var before = new GraphFacts(graph, wanted with { Height = height, Width = width });
            var after = new GraphFacts(free, wanted);
            return graph.Outputs.All(o => before.Shape(o) is { } own && after.Shape(o) is { } other && own.SequenceEqual(other))
                ? free : graph;
        }
        catch (OnnxException)
        {
            return graph;
        }
    }
}
