using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Fits a preprocessing to a network's input, or refuses it.</summary>
internal sealed record BackboneInput(Preprocessing Preprocessing, IReadOnlyList<string> Notes)
{
    public static BackboneInput Of(Graph graph, string name, Preprocessing? given)
    {
        if (graph.Inputs.Count != 1)
        {
            throw new BackboneException(
                $"{name}: an image network has one input, this one has {graph.Inputs.Count}: {string.Join(", ", graph.Inputs)}.");
        }

        var input = graph.Inputs[0];
        if (input.Type != ElementType.Float32 || input.Dimensions is not { Count: 4 } sizes)
        {
            throw new BackboneException(
                $"{name}: an image network takes float32 of N x 3 x H x W or N x H x W x 3; this one takes {input}.");
        }

        // Channels are where there are three; with both, or neither, planes are the rule.
        var layout = sizes[1] != 3 && sizes[3] == 3 ? PixelLayout.Nhwc : PixelLayout.Nchw;
        if ((layout == PixelLayout.Nchw ? sizes[1] : sizes[3]) is not (3 or -1))
            throw new BackboneException($"{name}: an image network takes 3 channels; this one takes {input}.");
        var (height, width) = layout == PixelLayout.Nchw ? (sizes[2], sizes[3]) : (sizes[1], sizes[2]);
        return given is not null ? Check(name, given.Validate(), layout, height, width) : Guess(name, layout, height, width);
    }

    private static BackboneInput Check(string name, Preprocessing given, PixelLayout layout, int height, int width)
    {
        if ((width > 0 && given.Width != width) || (height > 0 && given.Height != height))
        {
            throw new BackboneException(
                $"{name}: the preprocessing gives {given.Width} x {given.Height} pixels, but the network "
                + $"takes {width} x {height}.");
        }

        if (given.Layout != layout)
        {
            throw new BackboneException(
                $"{name}: the preprocessing gives the layout {given.Layout}, but the network takes {layout}.");
        }

        return new BackboneInput(given, []);
    }

    private static BackboneInput Guess(string name, PixelLayout layout, int height, int width)
    {
        var (wide, high) = (width > 0 ? width : 224, height > 0 ? height : 224);
        var recipe = (layout == PixelLayout.Nhwc
            ? Preprocessing.TensorFlow(wide) : Preprocessing.Torch(wide)) with
        { Width = wide, Height = high };
        recipe = recipe with { ShorterSide = Math.Max(recipe.ShorterSide, Math.Max(wide, high)) };
        var family = layout == PixelLayout.Nhwc
            ? "TensorFlow's (RGB in -1..1)" : "torchvision's (RGB, ImageNet mean and deviation)";
        return new BackboneInput(
            recipe.Validate(),
            [
                $"{name}: nothing is known of its preprocessing; {family} at {wide} x {high} is assumed. Say it with options "
                + $"or in a file {Path.GetFileName(name)}.json beside it."]);
    }
}
