using System.Runtime.CompilerServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Normalization;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>What a node does if it multiplies and shifts each channel (dimension 1) by constants: y = scale x + shift.</summary>
/// <param name="Input">The value it is done to.</param>
/// <param name="Scale">A factor per channel.</param>
/// <param name="Shift">A term per channel.</param>
internal sealed record ChannelAffine(string Input, double[] Scale, double[] Shift)
{
    /// <summary>Reads batch normalisation, and arithmetic with a constant; null for what is something else.</summary>
    public static ChannelAffine? Of(GraphEditor editor, Node node) => node.OpType switch
    {
        "BatchNormalization" when !node.Attributes.Has(Activation.Name) => OfNormalization(editor, node),
        "Add" or "Sub" or "Mul" or "Div" => OfArithmetic(editor, node),
        _ => null,
    };

    /// <summary>This, then another.</summary>
    public ChannelAffine Then(ChannelAffine next) => new(Input, [.. Scale.Zip(next.Scale, (a, b) => a * b)],
        [.. Shift.Zip(next.Scale, (t, s) => t * s).Zip(next.Shift, (t, u) => t + u)]);

    private static ChannelAffine? OfNormalization(GraphEditor editor, Node node)
    {
        if (editor.ConstantInput(node, 1) is not { } scale || editor.ConstantInput(node, 2) is not { } bias
            || editor.ConstantInput(node, 3) is not { } mean || editor.ConstantInput(node, 4) is not { } variance)
        {
            return null;
        }

        return OfStatistics(node.Inputs[0], scale.Floats, bias.Floats, mean.Floats, variance.Floats,
            BatchNormalizationOp.Epsilon(node));
    }

    // Compiled well at once: loops over the channels of a hundred layers would be compiled twice while a network is loaded.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ChannelAffine OfStatistics(string input, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, double epsilon)
    {
        var factors = new double[scale.Length];
        var shifts = new double[scale.Length];
        for (var c = 0; c < factors.Length; c++)
        {
            factors[c] = scale[c] / Math.Sqrt(variance[c] + epsilon);
            shifts[c] = bias[c] - (mean[c] * factors[c]);
        }

        return new ChannelAffine(input, factors, shifts);
    }

    private static ChannelAffine? OfArithmetic(GraphEditor editor, Node node)
    {
        var at = editor.ConstantInput(node, 1) != null ? 1 : 0;
        var input = node.Inputs[1 - at];
        if (editor.ConstantInput(node, at) is not { Type: ElementType.Float32 } constant || editor.Constants.ContainsKey(input)
            || (at == 0 && (node.Opset < 7 || node.OpType == "Div"))
            || editor.ShapeOf(input) is not { Length: >= 2 } shape || shape[1] < 0 || !editor.SameShape(input, node.Outputs[0]))
        {
            return null;
        }

        var own = at == 1 && node.Opset < 7 ? Broadcast.SecondShape(node, editor.Original.Probe.First.Of(input), constant.Shape)
            : constant.Shape;
        if (own.Length > shape.Length || own.Where((size, i) => size != 1 && shape.Length - own.Length + i != 1).Any())
            return null;
        var scale = new double[shape[1]];
        var shift = new double[shape[1]];
        for (var c = 0; c < scale.Length; c++)
        {
            double value = constant.Floats[constant.Length == 1 ? 0 : c];
            (scale[c], shift[c]) = node.OpType switch
            {
                "Add" => (1, value),
                "Sub" => at == 1 ? (1, -value) : (-1, value),
                "Mul" => (value, 0.0),
                _ => (1 / value, 0),
            };
        }

        return new ChannelAffine(input, scale, shift);
    }
}
