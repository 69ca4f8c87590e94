using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Resizing;

/// <summary>What a Resize or Upsample node asks for, whatever operator set it is written in.</summary>
/// <param name="Mode">How values are interpolated: <c>linear</c> or <c>cubic</c>; or <c>nearest</c>.</param>
/// <param name="Output">The output's sizes.</param>
/// <param name="Scales">By how much each dimension grows.</param>
/// <param name="Lengths">The output's sizes before they are rounded down, by which positions are computed.</param>
internal sealed record ResizeSettings(string Mode, int[] Output, float[] Scales, float[] Lengths)
{
    public static ResizeSettings Of(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var mode = ModeOf(node);
        int[] axes = node.Attributes.Ints("axes") is { } given
            ? [.. given.Select(a => Strided.Axis(node, a, shape.Length))]
            : [.. Enumerable.Range(0, shape.Length)];
        if (axes.Distinct().Count() != axes.Length)
            throw node.Error($"an axis comes twice in [{string.Join(", ", axes)}]");
        var scales = new float[shape.Length];
        Array.Fill(scales, 1);
        int[] output = [.. shape];
        var sizesInput = node.OpType == "Resize" && node.Opset >= 11 ? 3 : -1;
        if (sizesInput > 0 && inputs.Has(sizesInput) && Tensor.LengthOf(inputs.Shape(sizesInput)) > 0)
        {
            var sizes = inputs.Integers(sizesInput);
            if (sizes.Length != axes.Length || sizes.Any(s => s is < 1 or > int.MaxValue))
                throw node.Error($"has the sizes [{string.Join(", ", sizes)}] for {axes.Length} axes");
            Apply(node, shape, axes, sizes, output, scales);
            CheckElements(node, shape, output);
            return new ResizeSettings(mode, output, scales, LengthsOf(node, shape, output, scales));
        }

        var factors = node.Attributes.Floats("scales") ?? inputs.Floats(sizesInput > 0 ? 2 : 1).ToArray();
        if (factors.Length != axes.Length || factors.Any(f => !(f > 0)))
            throw node.Error($"has the scales [{string.Join(", ", factors)}] for {axes.Length} axes");
        for (var i = 0; i < axes.Length; i++)
        {
            scales[axes[i]] = factors[i];
            output[axes[i]] = Strided.Size(node, (long)MathF.Floor(shape[axes[i]] * factors[i]));
        }

        CheckElements(node, shape, output);
        return new ResizeSettings(mode, output, scales, [.. shape.Zip(scales, (size, scale) => size * scale)]);
    }

    /// <summary>Refuses what is not done.</summary>
    public static void Validate(Node node)
    {
        var isOld = node.Opset < 11 || node.OpType == "Upsample";
        if (ModeOf(node) is not ("nearest" or "linear") && (isOld || ModeOf(node) != "cubic"))
            throw node.Error($"attribute 'mode' is '{node.Attributes.Text("mode")}', which is not supported");
        var coordinates = Coordinates(node);
        if (coordinates is not ("half_pixel" or "pytorch_half_pixel" or "align_corners" or "asymmetric" or "half_pixel_symmetric")
            && !(coordinates == "tf_half_pixel_for_nn" && node.Opset < 13))
        {
            throw node.Error($"attribute 'coordinate_transformation_mode' is '{coordinates}', which is not supported");
        }

        if (NearestMode(node) is not ("round_prefer_floor" or "round_prefer_ceil" or "floor" or "ceil"))
            throw node.Error($"attribute 'nearest_mode' is '{NearestMode(node)}', which is not supported");
        if (node.Attributes.Int("antialias") != 0 && ModeOf(node) == "nearest")
            throw node.Error("attribute 'antialias' is set where 'mode' is nearest, which is not supported");
        if (Policy(node) is not ("stretch" or "not_larger" or "not_smaller"))
            throw node.Error($"attribute 'keep_aspect_ratio_policy' is '{Policy(node)}', which is not supported");
    }

    /// <summary>Where along a dimension of the input an output element lies.</summary>
    public float Position(Node node, int axis, int index, int size)
    {
        var scale = Scales[axis];
        var length = Lengths[axis];
        if (scale == 1 && Output[axis] == size)
            return index;
        switch (Coordinates(node))
        {
            case "asymmetric":
                return index / scale;
            case "align_corners":
                return Output[axis] == 1 ? 0 : index * (size - 1) / (length - 1);
            case "pytorch_half_pixel":
                return Output[axis] > 1 ? ((index + 0.5f) / scale) - 0.5f : 0;
            case "tf_half_pixel_for_nn":
                return (index + 0.5f) / scale;
            case "half_pixel_symmetric":
                var offset = size / 2f * (1 - (Output[axis] / length));
                return offset + ((index + 0.5f) / scale) - 0.5f;
            default:
                return ((index + 0.5f) / scale) - 0.5f;
        }
    }

    /// <summary>The whole position that stands for a position between two.</summary>
    public int Nearest(Node node, int axis, float position)
    {
        // Before operator set 11 the rounding was not said; this is what ONNX Runtime does.
        var rounded = node.Opset < 11 || node.OpType == "Upsample"
            ? Scales[axis] < 1 ? MathF.Ceiling(position) : MathF.Floor(position)
            : NearestMode(node) switch
            {
                "floor" => MathF.Floor(position),
                "ceil" => MathF.Ceiling(position),
                "round_prefer_ceil" => MathF.Floor(position + 0.5f),
                _ => MathF.Ceiling(position - 0.5f),
            };
        return (int)rounded;
    }

    private static void CheckElements(Node node, int[] shape, int[] output)
    {
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0 && output[axis] > 0)
                throw node.Error($"cannot make {ShapeText.Of(output)} of {ShapeText.Of(shape)}, which has no elements");
        }
    }

    private static string ModeOf(Node node) => node.Attributes.Text("mode", "nearest") is "bilinear" && node.Opset < 9 ? "linear"
        : node.Attributes.Text("mode", "nearest");

    private static string Coordinates(Node node) => node.Opset < 11 || node.OpType == "Upsample"
        ? "asymmetric"
        : node.Attributes.Text("coordinate_transformation_mode", "half_pixel");

    private static string NearestMode(Node node) => node.Attributes.Text("nearest_mode", "round_prefer_floor");

    private static string Policy(Node node) => node.Attributes.Text("keep_aspect_ratio_policy", "stretch");

    // Sizes as they are given; where one factor is held for all, they are rounded.
    private static float[] LengthsOf(Node node, int[] shape, int[] output, float[] scales) => Policy(node) == "stretch"
        ? Array.ConvertAll(output, size => (float)size)
        : [.. shape.Zip(scales, (size, scale) => size * scale)];

    private static void Apply(Node node, int[] shape, int[] axes, long[] sizes, int[] output, float[] scales)
    {
        float[] ratios = [.. axes.Select((axis, i) => (float)sizes[i] / shape[axis])];
        var policy = Policy(node);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i];
            scales[axis] = policy switch
            {
                "not_larger" => ratios.Min(),
                "not_smaller" => ratios.Max(),
                _ => ratios[i],
            };
            output[axis] = policy == "stretch"
                ? (int)sizes[i]
                : Strided.Size(node, (long)MathF.Floor((scales[axis] * shape[axis]) + 0.5f));
        }
    }
}

/// <summary>Which elements along a dimension a position between them is made of, and how much of each (Keys 1981).</summary>
internal static class ResizeTaps
{
    /// <summary>The elements' indices and weights, which add up to 1. Beyond the ends the last elements repeat.</summary>
    public static (int Index, double Weight)[] Of(Node node, string mode, float scale, float position, int size)
    {
        // Made smaller without aliasing, the function is as much wider.
        var narrow = node.Attributes.Int("antialias") != 0 ? Math.Min(scale, 1.0) : 1;
        double sharpness = node.Attributes.Float("cubic_coeff_a", -0.75f);
        var reach = mode == "cubic" ? 2 : 1;
        var last = (int)Math.Ceiling((double)position) - 1 - (int)Math.Floor(-reach / narrow);
        var first = (2 * (int)Math.Ceiling((double)position)) - 1 - last;
        var taps = new (int Index, double Weight)[last - first + 1];
        double sum = 0;
        for (var i = 0; i < taps.Length; i++)
        {
            var index = first + i;
            var distance = Math.Abs(index - (double)position) * narrow;
            var counts = (index >= 0 && index < size) || node.Attributes.Int("exclude_outside") == 0;
            var weight = !counts ? 0 : mode == "cubic" ? Cubic(distance, sharpness) : Math.Max(0, 1 - distance);
            taps[i] = (Math.Clamp(index, 0, size - 1), weight);
            sum += weight;
        }

        return Array.ConvertAll(taps, t => (t.Index, t.Weight / sum));
    }

    private static double Cubic(double x, double a) => x switch
    {
        <= 1 => ((((a + 2) * x) - (a + 3)) * x * x) + 1,
        < 2 => ((((a * x) - (5 * a)) * x) + (8 * a)) * x - (4 * a),
        _ => 0,
    };
}
