using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Export;

/// <summary>
/// What <see cref="Preprocessing"/> does, as nodes: from pixels (N x 3 x height x width, RGB of 0 to 255) to a network's input.
/// </summary>
/// <remarks>
/// Pillow resizes rows, rounds to whole samples, and resizes columns. So do these nodes: one Resize for each, linear or cubic,
/// antialiased, with weights outside the picture left out, and rounding behind it. What remains is that Pillow's weights are
/// fixed-point numbers: a sample here and there differs by one.
/// </remarks>
internal sealed class PictureNodes(GraphDraft draft, Preprocessing recipe, PixelSource source, string pixels)
{
    /// <summary>ML.NET stretches by the nearest pixel: so many of them along each side make one.</summary>
    public const int Oversampling = 4;

    private const int Antialiasing = 18;
    private const long ToInt32 = 6, ToInt64 = 7;

    private readonly Dictionary<string, (string Picture, string Sizes)> _resized = new(StringComparer.Ordinal);

    /// <summary>The network's input: all views of all pictures, view by view, normalised.</summary>
    public string Input(IReadOnlyList<Augmentation> views, ElementType type)
    {
        string[] pictures = [.. views.Select(View)];
        var all = pictures.Length == 1 ? pictures[0] : draft.Step("Concat", "views", pictures, ("axis", 0L));
        var input = Normalized(all);
        return type == ElementType.Int32 ? draft.Step("Cast", "whole_pixels", [input], ("to", ToInt32)) : input;
    }

    private string View(Augmentation view)
    {
        var picture = (source, view.Place) switch
        {
            (PixelSource.Prepared, PicturePlace.Middle) => pixels,
            (PixelSource.MlNet, PicturePlace.Middle) => MiddleOfMlNets(),
            (PixelSource.AnySize, PicturePlace.Middle) => Middle(),
            (PixelSource.AnySize, PicturePlace.Whole) => Resized("whole", Target()).Picture,
            (PixelSource.AnySize, _) => Corner(view.Place),
            _ => throw new ExportException(
                $"The model looks at views of each picture ({recipe.Views.ToString().ToLowerInvariant()}) that are cut from the "
                + "whole of it, so the file must be given whole pictures: export it with its preprocessing "
                + "(--with-preprocessing) as plain ONNX."),
        };
        return view.IsMirrored ? Gather(picture, "mirrored", 3, [.. Enumerable.Range(0, recipe.Width).Reverse()]) : picture;
    }

    private string MiddleOfMlNets()
    {
        if (recipe.Resize == ResizeMode.Fill)
        {
            long[] sides = [Oversampling, Oversampling];
            return Rounded("mean_of_samples", draft.Step("AveragePool", "mean_of_samples_real", [pixels],
                ("kernel_shape", sides), ("strides", sides)));
        }

        var (left, top) = ((recipe.ShorterSide - recipe.Width) / 2, (recipe.ShorterSide - recipe.Height) / 2);
        return Slice("middle", pixels, draft.Wholes("middle_from", top, left),
            draft.Wholes("middle_to", top + recipe.Height, left + recipe.Width));
    }

    private string Middle()
    {
        if (recipe.Resize == ResizeMode.Fill)
            return Resized("whole", Target()).Picture;

        // A picture that has the input size already is left as it is.
        var sizes = Size();
        var equal = draft.Step("Cast", "is_side_as_wanted", [draft.Step("Equal", "equal_sides", [sizes, Target()])],
            ("to", ToInt64));
        var isReady = draft.Step("Mul", "is_ready",
            [Gather(equal, "is_height_as_wanted", 0, [0]), Gather(equal, "is_width_as_wanted", 0, [1])]);
        var scaled = Scaled("scaled", recipe.ShorterSide);
        var chosen = draft.Step("Add", "resized_size",
            [scaled, draft.Step("Mul", "saved", [isReady, draft.Step("Sub", "rim", [Target(), scaled])])]);
        var (picture, size) = Resized("middle", chosen);
        var from = draft.Step("Div", "middle_from",
            [draft.Step("Sub", "margin", [size, Target()]), draft.Wholes("two", 2)]);
        return Slice("middle", picture, from, draft.Step("Add", "middle_to", [from, Target()]));
    }

    private string Corner(PicturePlace place)
    {
        static int WithMargin(int side) => (int)Math.Round(side * 8.0 / 7);
        if (!_resized.TryGetValue("corners", out var resized))
        {
            resized = Resized("corners", recipe.Resize == ResizeMode.Fill
                ? draft.Wholes("with_margin", WithMargin(recipe.Height), WithMargin(recipe.Width))
                : Scaled("scaled_for_corners",
                    Math.Max(recipe.ShorterSide, WithMargin(Math.Max(recipe.Width, recipe.Height)))));
        }

        var isBottom = place is PicturePlace.BottomLeft or PicturePlace.BottomRight;
        var isRight = place is PicturePlace.TopRight or PicturePlace.BottomRight;
        var from = draft.Step("Mul", "corner_from",
            [draft.Step("Sub", "margin", [resized.Sizes, Target()]), draft.Wholes("corner", isBottom ? 1 : 0, isRight ? 1 : 0)]);
        return Slice("corner", resized.Picture, from, draft.Step("Add", "corner_to", [from, Target()]));
    }

    /// <summary>Height and width of the pictures that are given.</summary>
    private string Size() => Slice("size", draft.Step("Shape", "shape", [pixels]), draft.Wholes("size_from", 2),
        draft.Wholes("size_to", 4), 0);

    /// <summary>Height and width that a network's input has.</summary>
    private string Target() => draft.Wholes("input_size", recipe.Height, recipe.Width);

    /// <summary>Height and width with the shorter side brought to a length, and neither below the input's.</summary>
    private string Scaled(string name, int shorter)
    {
        var size = Size();
        var least = draft.Step("Min", name + "_least", [Gather(size, "height", 0, [0]), Gather(size, "width", 0, [1])]);
        var scaled = draft.Step("Div", name + "_sides",
            [draft.Step("Mul", name + "_longer", [size, draft.Wholes("shorter_side", shorter)]), least]);
        return draft.Step("Max", name, [scaled, Target()]);
    }

    private (string Picture, string Sizes) Resized(string name, string sizes)
    {
        if (_resized.TryGetValue(name, out var resized))
            return resized;
        var rows = Along(name + "_rows", pixels, Gather(sizes, name + "_width", 0, [1]), 3);
        return _resized[name] = (Along(name + "_columns", rows, Gather(sizes, name + "_height", 0, [0]), 2), sizes);
    }

    private string Along(string name, string picture, string size, long axis)
    {
        var (mode, sharpness) = recipe.Filter switch
        {
            ResampleFilter.Bilinear => ("linear", -0.75f),
            ResampleFilter.Bicubic => ("cubic", -0.5f),
            var other => throw new ExportException(
                $"ONNX has no resize with the filter {other}: export the model without its preprocessing."),
        };
        var resized = draft.StepOf(Antialiasing, "Resize", name, [picture, "", "", size],
            ("mode", mode), ("coordinate_transformation_mode", "half_pixel"), ("antialias", 1L), ("exclude_outside", 1L),
            ("cubic_coeff_a", sharpness), ("axes", new[] { axis }));
        var rounded = Rounded(name, resized);
        return recipe.Filter == ResampleFilter.Bilinear
            ? rounded
            : draft.Step("Clip", name + "_samples", [rounded, draft.Number("least", 0), draft.Number("most", 255)]);
    }

    private string Normalized(string picture)
    {
        var (mean, deviation) = (recipe.Mean, recipe.StandardDeviation);
        if (recipe.Grayscale)
        {
            picture = Luminance(picture);
            mean = ChannelValues.All((mean.Red + mean.Green + mean.Blue) / 3);
            deviation = ChannelValues.All((deviation.Red + deviation.Green + deviation.Blue) / 3);
        }
        else if (recipe.ColorOrder == ColorOrder.Bgr)
        {
            picture = Gather(picture, "blue_first", 1, [2, 1, 0]);
        }

        if (recipe.Scale != 1)
            picture = draft.Step("Mul", "scaled_samples", [picture, draft.Number("scale", recipe.Scale)]);
        picture = Apply("Sub", "centred_samples", picture, mean, 0);
        picture = Apply("Div", "normalized", picture, deviation, 1);
        return recipe.Layout == PixelLayout.Nchw
            ? picture : draft.Step("Transpose", "interleaved", [picture], ("perm", new long[] { 0, 2, 3, 1 }));
    }

    private string Apply(string op, string name, string picture, ChannelValues values, float neutral)
    {
        if (values == ChannelValues.All(neutral))
            return picture;
        var channels = recipe.Grayscale ? [values.Red] : values.InOrder(recipe.ColorOrder);
        return draft.Step(op, name, [picture, draft.Constant(name + "_by", Tensor.Of(channels, 1, channels.Length, 1, 1))]);
    }

    /// <summary>ITU-R BT.601 in sixteen bits, as Pillow has it; single precision holds these numbers exactly.</summary>
    private string Luminance(string picture)
    {
        var weighed = draft.Step("Mul", "weighed_colors",
            [picture, draft.Constant("color_weights", Tensor.Of([19595f, 38470, 7471], 1, 3, 1, 1))]);
        var sum = draft.Step("ReduceSum", "weighed_sum", [weighed, draft.Wholes("channels", 1)], ("keepdims", 1L));
        return draft.Step("Floor", "luminance", [draft.Step("Mul", "luminance_real",
            [draft.Step("Add", "luminance_half", [sum, draft.Number("half", 0x8000)]), draft.Number("bits", 1f / 0x10000)])]);
    }

    private string Rounded(string name, string samples) => draft.Step("Floor", name + "_rounded",
        [draft.Step("Add", name + "_half", [samples, draft.Number("half", 0.5f)])]);

    private string Slice(string name, string value, string from, string to, params long[] axes) => draft.Step("Slice", name,
        [value, from, to, draft.Wholes(name + "_axes", axes.Length > 0 ? axes : [2, 3])]);

    private string Gather(string value, string name, long axis, int[] indices) => draft.Step("Gather", name,
        [value, draft.Wholes(name + "_indices", [.. indices.Select(i => (long)i)])], ("axis", axis));
}
