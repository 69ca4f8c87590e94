using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>A network's input with a preprocessing that fits it: size, layout, channels and type are the network's, colour order
/// and normalisation the recipe's.</summary>
/// <param name="Graph">The network, with the input size that the preprocessing asks for.</param>
/// <param name="Preprocessing">What fits.</param>
/// <param name="IsGuessed">Whether nothing was known of colour order and normalisation.</param>
/// <param name="Notes">What a user should know of it.</param>
internal sealed record BackboneInput(Graph Graph, Preprocessing Preprocessing, bool IsGuessed, IReadOnlyList<string> Notes)
{
    private const int UsualSize = 224;

    // Whole numbers of 0 to 255 are the picture's own; other whole numbers would need a word on what they stand for.
    private static readonly ElementType[] s_types =
        [ElementType.Float32, ElementType.Float16, ElementType.Float64, ElementType.UInt8];

    public static BackboneInput Of(Graph graph, string name, Preprocessing? given)
    {
        if (graph.Inputs.Count != 1)
        {
            throw new BackboneException(
                $"{name}: an image network has one input, this one has {graph.Inputs.Count}: {string.Join(", ", graph.Inputs)}.");
        }

        var input = graph.Inputs[0];
        if (!s_types.Contains(input.StoredType) || input.Dimensions is not { Count: 4 } sizes)
        {
            throw new BackboneException($"{name}: an image network takes floats or UInt8 of N x 3 x H x W or N x H x W x 3 (or 1 "
                + $"channel in place of 3); this one takes {input}.");
        }

        var (layout, channels) = Channels(graph, sizes) ?? throw new BackboneException(
            $"{name}: an image network takes 3 channels, or 1; this one takes {input}.");
        var (height, width) = layout == PixelLayout.Nchw ? (sizes[2], sizes[3]) : (sizes[1], sizes[2]);
        var isBytes = input.StoredType == ElementType.UInt8;
        var recipe = given ?? PreprocessingRecipes.Find(isBytes ? "raw" : layout == PixelLayout.Nhwc ? "tensorflow" : "torch")!;
        var fitted = WithSize(recipe, width, height) with { Layout = layout, Grayscale = channels == 1 };
        graph = InputSizeFreedom.For(graph, fitted.Validate(), name);
        CheckSize(name, graph, fitted);
        if (isBytes)
            CheckBytes(name, fitted);
        return new BackboneInput(graph, fitted, given is null,
            given is null ? [$"{name}: nothing is known of its preprocessing; {PreprocessingRecipes.NameOf(recipe)} at "
                + $"{fitted.Width} x {fitted.Height} is assumed. Say it with options or in a file "
                + $"{Path.GetFileName(name)}.json beside it."] : []);
    }

    /// <summary>Refuses a normalisation for a network that takes pixels as bytes: it would be cut to whole numbers.</summary>
    public static void CheckBytes(string name, Preprocessing recipe)
    {
        if (!PreprocessingRecipes.Find("raw")!.HasNormalizationOf(recipe with { ColorOrder = ColorOrder.Rgb }))
        {
            throw new BackboneException($"{name}: the network takes UInt8, pixels of 0 to 255 as they are, so its recipe is raw "
                + "(or raw-bgr): the normalisation is inside the network.");
        }
    }

    /// <summary>Where the channels are and how many; null where there is no place for them.</summary>
    private static (PixelLayout Layout, int Count)? Channels(Graph graph, IReadOnlyList<int> sizes)
    {
        var isTransposed = IsTransposed(graph);
        (PixelLayout, int) first = (PixelLayout.Nchw, sizes[1]), last = (PixelLayout.Nhwc, sizes[3]);
        foreach (var count in (int[])[3, 1])
        {
            if (sizes[1] == count && (sizes[3] != count || !isTransposed))
                return first;
            if (sizes[3] == count)
                return last;
        }

        if (sizes[isTransposed ? 3 : 1] != -1)
            return sizes[isTransposed ? 1 : 3] == -1 ? (isTransposed ? PixelLayout.Nchw : PixelLayout.Nhwc, 3) : null;
        return (isTransposed ? PixelLayout.Nhwc : PixelLayout.Nchw, FirstWeights(graph) is 1 ? 1 : 3);
    }

    /// <summary>Whether the input goes through the transposition that brings channels to the front.</summary>
    private static bool IsTransposed(Graph graph)
    {
        var value = graph.Inputs[0].Name;
        while (graph.Nodes.FirstOrDefault(n => n.Inputs.Contains(value)) is { } node)
        {
            if (node.OpType == "Transpose")
                return node.Attributes.Ints("perm") is [0, 3, 1, 2];
            if (node.OpType is "Conv" or "Reshape" or "Flatten")
                return false;
            value = node.Outputs[0];
        }

        return false;
    }

    /// <summary>How many channels the first convolution takes; null where it does not say.</summary>
    private static int? FirstWeights(Graph graph) =>
        graph.Nodes.FirstOrDefault(n => n.OpType == "Conv") is { } conv && graph.TryGetShape(conv.Inputs[1], out var shape)
            ? shape[1] : null;

    private static Preprocessing WithSize(Preprocessing recipe, int width, int height)
    {
        var sized = recipe with
        {
            Width = recipe.Width > 0 ? recipe.Width : width > 0 ? width : UsualSize,
            Height = recipe.Height > 0 ? recipe.Height : height > 0 ? height : UsualSize,
        };
        return recipe.ShorterSide > 0
            ? sized
            : sized with { ShorterSide = (int)Math.Round(Math.Max(sized.Width, sized.Height) * 256.0 / UsualSize) };
    }

    private static void CheckSize(string name, Graph graph, Preprocessing fitted)
    {
        var sizes = graph.Inputs[0].Dimensions!;
        var (height, width) = fitted.Layout == PixelLayout.Nchw ? (sizes[2], sizes[3]) : (sizes[1], sizes[2]);
        if ((width > 0 && fitted.Width != width) || (height > 0 && fitted.Height != height))
        {
            throw new BackboneException(
                $"{name}: the preprocessing gives {fitted.Width} x {fitted.Height} pixels, but the network takes "
                + $"{(width > 0 ? width : "any")} x {(height > 0 ? height : "any")}.");
        }
    }
}
